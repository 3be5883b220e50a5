"""What the API takes and gives, by journey; rules between fields stay in the model and the services."""
