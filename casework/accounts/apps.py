from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "casework.accounts"
    verbose_name = _("Accounts of enterprises")
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach who stands on a complainant's side, what a filing gets besides, and the codes' channels."""
        from casework.accounts import access, delivery, sides
        from casework.cases import access as cases
        from casework.cases import filing, notify
        from casework.portal import grants

        cases.register_sides(access.held_by)
        notify.register_followers(access.followers_of_sides)
        grants.register_acting_name(access.name_of_actor)
        filing.register_filed(sides.side_of_filing)
        delivery.register()
