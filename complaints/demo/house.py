"""The demo's departments and the people in them. Kinds of departments are real, contacts are plainly invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from casework.parties.models import Department, Division, Membership, Role, User
from complaints.demo.routes import create_routes

NATIONAL = "工业和信息化部"
# Decree 802 took effect.
ROUTES_SINCE = date(2025, 6, 1)

# (name, short name, document code, division, receives, superior)
_DEPARTMENTS = (
    (NATIONAL, "工信部", "工信函", "000000", True, ""),
    ("国务院国有资产监督管理委员会", "国务院国资委", "国资函", "000000", False, ""),
    ("江苏省工业和信息化厅", "江苏省工信厅", "苏工信函", "320000", True, NATIONAL),
    ("江苏省住房和城乡建设厅", "江苏省住建厅", "苏建函", "320000", False, ""),
    ("江苏省人民政府国有资产监督管理委员会", "江苏省国资委", "苏国资函", "320000", False, ""),
    ("江苏省交通运输厅", "", "苏交函", "320000", False, ""),
    ("南京市工业和信息化局", "南京市工信局", "宁工信函", "320100", False, "江苏省工业和信息化厅"),
    ("南京市城乡建设委员会", "南京市建委", "宁建函", "320100", False, "江苏省住房和城乡建设厅"),
    ("苏州市工业和信息化局", "苏州市工信局", "苏市工信函", "320500", False, "江苏省工业和信息化厅"),
    ("苏州市住房和城乡建设局", "苏州市住建局", "苏市建函", "320500", False, "江苏省住房和城乡建设厅"),
    ("徐州市工业和信息化局", "徐州市工信局", "徐工信函", "320300", False, "江苏省工业和信息化厅"),
    ("辽宁省工业和信息化厅", "辽宁省工信厅", "辽工信函", "210000", True, NATIONAL),
    ("沈阳市工业和信息化局", "沈阳市工信局", "沈工信函", "210100", False, "辽宁省工业和信息化厅"),
    ("大连市工业和信息化局", "大连市工信局", "大工信函", "210200", False, "辽宁省工业和信息化厅"),
    ("广东省工业和信息化厅", "广东省工信厅", "粤工信函", "440000", True, NATIONAL),
    ("广州市工业和信息化局", "广州市工信局", "穗工信函", "440100", False, "广东省工业和信息化厅"),
    ("深圳市中小企业服务局", "", "深中小企函", "440300", False, "广东省工业和信息化厅"),
    # No receiving department of this province in the demo: its complaints go to the national one.
    ("浙江省经济和信息化厅", "浙江省经信厅", "浙经信函", "330000", False, NATIONAL),
)

JIANGSU, _NANJING = "江苏省工业和信息化厅", "南京市工业和信息化局"


@dataclass(frozen=True)
class Login:
    """A demo account.

    Attributes:
        roles: (role, department name) pairs; none for an SME's own account.
    """

    username: str
    shown: str
    what: str
    roles: tuple[tuple[Role, str], ...] = ()
    superuser: bool = False


LOGINS = (
    Login("clerk", "陈受理", f"受理人员，{JIANGSU}", ((Role.RECEIVING_CLERK, JIANGSU),)),
    Login("handler", "周经办", f"处理人员，{_NANJING}", ((Role.HANDLING_CASEWORKER, _NANJING),)),
    Login(
        "head",
        "吴处长",
        f"部门负责人，{JIANGSU}和{_NANJING}",
        ((Role.DEPARTMENT_HEAD, JIANGSU), (Role.DEPARTMENT_HEAD, _NANJING)),
    ),
    Login("supervisor", "郑督查", "督查人员，江苏省", ((Role.SUPERVISOR, JIANGSU),)),
    Login("supervisor-nanjing", "孙督查", "督查人员，南京市", ((Role.SUPERVISOR, _NANJING),)),
    Login("nation", "王督查", "督查人员，全国", ((Role.SUPERVISOR, NATIONAL),)),
    Login("auditor", "冯审计", "审计人员，全国", ((Role.AUDITOR, NATIONAL),)),
    Login("sysadmin", "管理员", "系统管理员，不能查看案件", ((Role.SYSTEM_ADMINISTRATOR, NATIONAL),), superuser=True),
    Login("sme", "示例机械有限公司", "投诉企业账号"),
)


@dataclass(frozen=True)
class House:
    """What the cases need of it.

    Attributes:
        staff: the person who acts for a department, by its id.
        heads: of the handling departments, by their ids; never the same person.
        handling: handling departments by the first two digits of their division.
        sme: the account of an SME that files.
    """

    staff: dict[int, User]
    heads: dict[int, User]
    handling: dict[str, list[Department]]
    sme: User


def build_house(password: str) -> House:
    """Create departments, accounts and memberships; in the caller's transaction."""
    departments = _create_departments()
    create_routes(departments, since=ROUTES_SINCE)
    users = {login.username: _create_user(login, departments, password) for login in LOGINS}
    staff = {departments[JIANGSU].pk: users["clerk"], departments[_NANJING].pk: users["handler"]}
    for number, department in enumerate(departments.values(), start=1):
        if department.pk not in staff:
            staff[department.pk] = _create_colleague(department, number)
    heads = {departments[_NANJING].pk: users["head"]}
    handling: dict[str, list[Department]] = {}
    for number, department in enumerate(departments.values(), start=1):
        if department.is_handling:
            handling.setdefault(department.division_id[:2], []).append(department)
            if department.pk not in heads:
                heads[department.pk] = _create_head(department, number)
    return House(staff, heads, handling, users["sme"])


def _create_departments() -> dict[str, Department]:
    divisions = Division.objects.in_bulk([row[3] for row in _DEPARTMENTS])
    made: dict[str, Department] = {}
    for name, short_name, document_code, division, receives, superior in _DEPARTMENTS:
        made[name] = Department.objects.create(
            name=name,
            short_name=short_name,
            document_code=document_code,
            division=divisions[division],
            parent=made.get(superior),
            is_receiving=receives,
            is_handling=not receives,
            contact_name="演示联系人",
            phone="000-00000000",
            address=f"{divisions[division].name}示例路1号（演示地址）",
        )
    return made


def _create_user(login: Login, departments: dict[str, Department], password: str) -> User:
    user = User.objects.create_user(
        login.username,
        email=f"{login.username}@example.com",
        password=password,
        display_name=login.shown,
        is_staff=bool(login.roles),
        is_superuser=login.superuser,
    )
    Membership.objects.bulk_create(
        Membership(user=user, role=role, department=departments[name]) for role, name in login.roles
    )
    return user


def _create_colleague(department: Department, number: int) -> User:
    role = Role.RECEIVING_CLERK if department.is_receiving else Role.HANDLING_CASEWORKER
    return _create_extra(f"staff-{number:02}", f"演示人员{number:02}", department, role)


def _create_head(department: Department, number: int) -> User:
    return _create_extra(f"head-{number:02}", f"演示负责人{number:02}", department, Role.DEPARTMENT_HEAD)


def _create_extra(username: str, shown: str, department: Department, role: Role) -> User:
    """Somebody who acts for a department in the history; nobody signs in with this account."""
    user = User.objects.create(username=username, display_name=shown, is_staff=True, password=make_password(None))
    Membership.objects.create(user=user, department=department, role=role)
    return user
