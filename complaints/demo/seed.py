"""Runs the demo's plans: every act through its service, in the order of the acts' times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from casework.cases.actors import Actor
from casework.cases.outbox import without_wake
from casework.cases.sweep import sweep_deadlines
from casework.cases.transfer.routes import suggestion_for
from casework.documents.evidence import evidence_stage
from casework.parties.demo import DEMO_PASSWORD
from casework.parties.models import Department, Division
from complaints import services
from complaints.closing import services as closing
from complaints.demo.disclosures import seed_disclosures
from complaints.demo.files import evidence_file
from complaints.demo.filings import filing_data
from complaints.demo.handling import STEPS, Around, take
from complaints.demo.house import JIANGSU, House, build_house
from complaints.demo.money import promise_in_parts, settle
from complaints.demo.parties import Party, credit_code, enterprises, respondents
from complaints.demo.plan import Act, Plan, Planner, draw_scenarios
from complaints.flow import EVIDENCE_KINDS
from complaints.models import ArrearsComplaint
from complaints.review.services import complaint_lapse

KEY_PREFIX = "demo-seed-"
# Where respondents are, and how many of a hundred complaints concern each province.
PLACES: dict[str, tuple[int, tuple[str, ...]]] = {
    "320000": (70, ("320102", "320106", "320115", "320100", "320505", "320582", "320500", "320312", "320000")),
    "210000": (14, ("210102", "210100", "210211", "210200")),
    "440000": (12, ("440106", "440100", "440305", "440300")),
    "330000": (4, ("330106", "330000")),
}
# Zhejiang's complaints go to the national department, under the national rules.
_RECEIVING = frozenset({"320000", "210000", "440000"})
OWN_CASES = 12
_EVIDENCE_SHARE = 0.35
_CORRECTIONS = (["contract"], ["licence", "delivery"], ["arrears"], ["contract", "size", "undertaking"])
_RESULTS = (
    ("双方对账一致，被投诉人确认欠款金额。", "被投诉人已支付全部欠款。", ""),
    ("双方对账一致，被投诉人确认欠款金额。", "双方签订还款计划，首期款项已支付。", "其余款项按还款计划分期支付。"),
    ("经核实，部分款项无争议，其余存在争议。", "无争议部分已支付。", "存在争议的部分可依法提起诉讼或者申请仲裁。"),
)
_EXPLANATIONS = {
    "R1": "经审查，被投诉人不属于机关、事业单位或者大型企业。",
    "R2": "经审查，人民法院已就同一合同纠纷立案。",
    "R3": "经审查，所诉款项不属于货物、工程、服务采购款项。",
    "R4": "经审查，同一事项此前已处理并反馈结果，本次未提供新的事实或者理由。",
}


@dataclass(frozen=True)
class Example:
    """A case that a newcomer may open by its secret."""

    reference: str
    secret: str
    state: str


@dataclass
class _Case:
    """A plan with what was made of it so far."""

    plan: Plan
    filer: Party
    debtor: Party
    is_own: bool
    row: ArrearsComplaint | None = None
    secret: str = ""

    @property
    def complaint(self) -> ArrearsComplaint:
        assert self.row is not None, "the first act of every plan is the filing"
        return self.row


def is_seeded() -> bool:
    """Whether the database holds the demo's cases."""
    return ArrearsComplaint.objects.filter(idempotency_key__startswith=KEY_PREFIX).exists()


def seed(
    *,
    cases: int,
    seed_number: int,
    today: date,
    report: Callable[[int, int], None],
    password: str = DEMO_PASSWORD,
) -> list[Example]:
    """Build departments, accounts and cases, all or nothing.

    Args:
        cases: how many; at least one of each scenario is made.
        today: the day in Asia/Shanghai that the deadlines stand around.
        report: told (acts done, acts in all).
        password: of the accounts that are for signing in.
    Returns:
        a few cases in different states with their secrets.
    """
    with without_wake(), transaction.atomic():
        house = build_house(password)
        seeder = Seeder(Random(seed_number), seed_number, today, cases, house)  # noqa: S311 - reproducible on purpose
        for done in seeder.run():
            report(done, seeder.total)
        sweep_deadlines(today)
        receiving = Department.objects.select_related("division").get(name=JIANGSU)
        seed_disclosures(receiving, seeder.house.staff[receiving.pk], today)
        return seeder.examples()


class Seeder:
    """One seeding: the parties, the plans and a method for each act."""

    def __init__(self, rng: Random, seed_number: int, today: date, amount: int, house: House) -> None:
        self.rng, self.seed_number = rng, seed_number
        self.house = house
        self.divisions = Division.objects.select_related("parent__parent").in_bulk(
            [code for _weight, codes in PLACES.values() for code in codes]
        )
        self.cases = self._draw(today, amount)
        self.acts: list[Act] = sorted(act for case in self.cases for act in case.plan.acts)
        self.total = len(self.acts)

    def _draw(self, today: date, amount: int) -> list[_Case]:
        rng, planner = self.rng, Planner(self.rng, today)
        scenarios = draw_scenarios(rng, amount)
        codes = list(self.divisions)
        filers = enterprises(rng, codes, min(max(len(scenarios) // 3, 20), 120))
        debtors = {
            province: respondents(rng, list(places), max(len(scenarios) * weight // 250, 4))
            for province, (weight, places) in PLACES.items()
        }
        own = set(rng.sample(range(len(scenarios)), OWN_CASES))
        sme = Party(self.house.sme.display_name, credit_code("91", "320102", 1), "320102")
        provinces = rng.choices(list(PLACES), weights=[weight for weight, _ in PLACES.values()], k=len(scenarios))
        return [
            _Case(
                plan=planner.plan(number, scenario, province if province in _RECEIVING else "000000"),
                filer=sme if number in own else rng.choice(filers),
                debtor=rng.choice(debtors[province]),
                is_own=number in own,
            )
            for number, (scenario, province) in enumerate(zip(scenarios, provinces, strict=True))
        ]

    def run(self) -> Iterator[int]:
        """Take every act; yields how many are done."""
        takers: dict[str, Callable[[_Case, Act], ArrearsComplaint]] = {
            "file": self._file,
            "request_correction": self._request_correction,
            "answer_correction": self._answer_correction,
            "lapse": self._lapse,
            "accept": self._accept,
            "refuse": self._refuse,
            "transfer": self._transfer,
            "receive": self._receive,
            "start_handling": self._start_handling,
            "resolve": self._resolve,
            "close": self._close,
            "follow_up": self._follow_up,
            "terminate": self._terminate,
            "withdraw": self._withdraw,
        }
        for done, act in enumerate(self.acts, start=1):
            case = self.cases[act.case]
            case.row = self._step(case, act) if act.name in STEPS else takers[act.name](case, act)
            yield done

    def examples(self) -> list[Example]:
        """The first case in each of three states."""
        first = {case.complaint.state: case for case in reversed(self.cases)}
        return [
            Example(first[state].complaint.reference, first[state].secret, first[state].complaint.get_state_display())
            for state in ("correction_requested", "in_handling", "closed")
        ]

    def _complainant(self, case: _Case, act: Act) -> Actor:
        return Actor.complainant(case.filer.name, self.house.sme if case.is_own else None, act.at)

    def _receiver(self, case: _Case, act: Act) -> Actor:
        return Actor.person(self.house.staff[case.complaint.receiving_department_id], act.at)

    def _handler(self, case: _Case, act: Act) -> Actor:
        department = case.complaint.handling_department_id
        assert department is not None, "a plan transfers before it handles"
        return Actor.person(self.house.staff[department], act.at)

    def _step(self, case: _Case, act: Act) -> ArrearsComplaint:
        department = case.complaint.handling_department_id
        assert department is not None, "steps come after the transfer"
        around = Around(
            staff=self._handler(case, act),
            head=Actor.person(self.house.heads[department], act.at),
            filer=self._complainant(case, act),
            receiver=self._receiver(case, act),
        )
        return take(act.name, case.complaint, around)

    def _file(self, case: _Case, act: Act) -> ArrearsComplaint:
        key = f"{KEY_PREFIX}{self.seed_number}-{act.case:06}"
        if self.rng.random() < _EVIDENCE_SHARE:
            evidence_stage(key=key, uploads=self._evidence(act.case), vocabulary=EVIDENCE_KINDS)
        filed = services.complaint_file(
            data=filing_data(self.rng, case.filer, case.debtor, self.divisions[case.debtor.division], act.at.date()),
            idempotency_key=key,
            actor=self._complainant(case, act),
            is_development=True,
        )
        case.secret = filed.secret
        return filed.complaint

    def _evidence(self, number: int) -> list[UploadedFile]:
        kinds = self.rng.sample(("contract", "delivery", "licence"), self.rng.randint(1, 3))
        return [evidence_file(kind, number, as_pdf=kind != "licence") for kind in kinds]

    def _request_correction(self, case: _Case, act: Act) -> ArrearsComplaint:
        items = self.rng.choice(_CORRECTIONS)
        return services.complaint_request_correction(
            complaint=case.complaint, actor=self._receiver(case, act), items=items, note="请一次性补齐后重新提交。"
        )

    def _answer_correction(self, case: _Case, act: Act) -> ArrearsComplaint:
        return services.complaint_answer_correction(
            complaint=case.complaint,
            actor=self._complainant(case, act),
            answer="已按要求补充材料，请查收。",
            uploads=[evidence_file("contract", 50000 + act.case, as_pdf=True)],
        )

    def _lapse(self, case: _Case, act: Act) -> ArrearsComplaint:
        return complaint_lapse(
            complaint=case.complaint,
            actor=self._receiver(case, act),
            reason="补正通知已按投诉人提供的电子邮箱送达，期限届满未收到答复，未发现正当理由。",
        )

    def _accept(self, case: _Case, act: Act) -> ArrearsComplaint:
        return services.complaint_accept(complaint=case.complaint, actor=self._receiver(case, act))

    def _refuse(self, case: _Case, act: Act) -> ArrearsComplaint:
        ground = case.plan.scenario.detail
        return services.complaint_refuse(
            complaint=case.complaint,
            actor=self._receiver(case, act),
            ground=ground,
            explanation=_EXPLANATIONS[ground],
        )

    def _transfer(self, case: _Case, act: Act) -> ArrearsComplaint:
        suggestion = suggestion_for(case.complaint, act.at.date())
        return services.complaint_transfer(
            complaint=case.complaint,
            actor=self._receiver(case, act),
            department=suggestion.department if suggestion else self._handling_department(case.debtor.division),
            note="请依法处理，并按期反馈结果。",
        )

    def _handling_department(self, division: str) -> Department:
        """Of the respondent's city where there is one (territorial management, art. 25(1)), else of the province."""
        of_province = self.house.handling[division[:2]]
        of_city = [department for department in of_province if department.division_id[:4] == division[:4]]
        return self.rng.choice(of_city or [d for d in of_province if d.division_id.endswith("0000")] or of_province)

    def _receive(self, case: _Case, act: Act) -> ArrearsComplaint:
        return services.complaint_receive(complaint=case.complaint, actor=self._handler(case, act))

    def _start_handling(self, case: _Case, act: Act) -> ArrearsComplaint:
        return services.complaint_start_handling(complaint=case.complaint, actor=self._handler(case, act))

    def _resolve(self, case: _Case, act: Act) -> ArrearsComplaint:
        findings, result, unresolved = self.rng.choice(_RESULTS)
        return services.complaint_resolve(
            complaint=case.complaint,
            actor=self._handler(case, act),
            findings=findings,
            result=result,
            unresolved=unresolved,
        )

    def _close(self, case: _Case, act: Act) -> ArrearsComplaint:
        actor, reason = self._handler(case, act), case.plan.scenario.detail
        settle(case.complaint, reason, staff=actor, filer=self._complainant(case, act))
        return services.complaint_close(complaint=case.complaint, actor=actor, reason=reason)

    def _follow_up(self, case: _Case, act: Act) -> ArrearsComplaint:
        actor = self._handler(case, act)
        promise_in_parts(case.complaint, staff=actor)
        return closing.complaint_follow_up(complaint=case.complaint, actor=actor)

    def _terminate(self, case: _Case, act: Act) -> ArrearsComplaint:
        return closing.complaint_terminate(
            complaint=case.complaint,
            actor=self._handler(case, act),
            ground=case.plan.scenario.detail,
            explanation="经核实，投诉人已就同一款项向人民法院提起诉讼，法院已立案受理。",
        )

    def _withdraw(self, case: _Case, act: Act) -> ArrearsComplaint:
        return services.complaint_withdraw(
            complaint=case.complaint, actor=self._complainant(case, act), reason="双方已自行协商解决。"
        )
