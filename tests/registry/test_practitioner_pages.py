"""The practitioner's way from an activity to a claim handed in, and what is seen afterwards."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hours_rules import notice_for
from office.audit.models import Event
from registry.commands.claims import claim_withdraw
from registry.commands.decisions import claim_return, claim_reverse
from registry.models import Claim, Evidence, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory, region
from tests.registry.people import PractitionerFactory, accepted, cpd, draft, png, submitted, upload

NOTICE = notice_for(date(2021, 9, 1))
AMOUNTS = {"tier", "quantity", "hours", "days"}


def facts(**changes: Any) -> dict[str, Any]:
    """An exam of two subjects as its form sends it."""
    given = {
        "token": str(uuid.uuid4()),
        "activity": "licence_exam",
        "tier": "national",
        "quantity": "2",
        "started_on": "2021-05-22",
        "ended_on": "2021-05-23",
        "title": "一级建造师考试",
        "organiser": "",
        "certificate_number": "",
        "note": "",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def new(activity: str) -> str:
    return reverse("registry:claim_facts", args=[activity])


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 422
    found = response.context["form"].errors.as_data()
    return {name: [str(error.code) for error in errors] for name, errors in found.items()}


def test_all_activities_can_be_chosen_with_their_clause(engineer: Client) -> None:
    text = engineer.get(reverse("registry:claim_new")).content.decode()
    for code, rule in NOTICE.activities.items():
        assert f'href="{new(code)}"' in text, rule.name


@pytest.mark.parametrize("code", NOTICE.activities)
def test_each_form_asks_for_what_the_notice_says(engineer: Client, code: str) -> None:
    rule = NOTICE.activities[code]
    response = engineer.get(new(code))
    asked = AMOUNTS & set(response.context["form"].fields)
    assert asked == set(rule.facts) | ({"tier"} if rule.tiers else set())
    text = response.content.decode()
    for tier in rule.tiers:
        assert tier.name in text
    for proof in rule.evidence:
        assert proof.name in text


def test_an_unknown_activity_is_not_found(engineer: Client) -> None:
    assert engineer.get(new("sleeping")).status_code == 404
    assert engineer.post(reverse("registry:claim_preview"), {"activity": "sleeping"}).status_code == 404


def test_hours_are_previewed_with_their_clause(engineer: Client) -> None:
    response = engineer.post(reverse("registry:claim_preview"), facts(title=""), headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "16" in text
    assert "二（二）1" in text
    assert "<html" not in text


def test_the_preview_says_what_it_waits_for_and_what_is_wrong(engineer: Client) -> None:
    url = reverse("registry:claim_preview")
    assert "结束日期" in engineer.post(url, facts(ended_on="")).content.decode()
    assert "大于0" in engineer.post(url, facts(quantity="0")).content.decode()
    assert "尚未结束" in engineer.post(url, facts(ended_on="2021-12-31")).content.decode()


def test_hours_are_previewed_without_javascript_too(engineer: Client) -> None:
    response = engineer.post(new("licence_exam"), facts(title="", preview="1"))
    assert response.status_code == 200
    assert response.context["credit"].hours == Decimal(16)
    assert response.context["form"]["quantity"].value() == "2"
    assert not Claim.objects.exists()


def test_the_same_form_posted_twenty_times_is_one_claim(engineer: Client) -> None:
    form = facts()
    answers = {engineer.post(new("licence_exam"), form).headers["Location"] for _ in range(20)}
    claim = Claim.objects.get()
    assert answers == {reverse("registry:claim_evidence", args=[claim.pk])}
    assert (claim.state, claim.hours, claim.clause, claim.year) == ("draft", Decimal(16), "二（二）1", 2021)


def test_the_same_form_with_a_mended_figure_mends_the_draft(engineer: Client) -> None:
    form = facts()
    engineer.post(new("licence_exam"), form)
    engineer.post(new("licence_exam"), form | {"quantity": "3"})
    assert Claim.objects.get().hours == Decimal(24)


@pytest.mark.parametrize(
    ("activity", "changes", "field", "code"),
    [
        ("licence_exam", {"tier": ""}, "tier", "missing_tier"),
        ("licence_exam", {"tier": "galactic"}, "tier", "unknown_tier"),
        ("licence_exam", {"quantity": ""}, "quantity", "missing_quantity"),
        ("licence_exam", {"quantity": "0"}, "quantity", "not_positive"),
        ("licence_exam", {"quantity": "-1"}, "quantity", "not_positive"),
        ("licence_exam", {"quantity": "1.5"}, "quantity", "not_whole"),
        ("licence_exam", {"quantity": "NaN"}, "quantity", "not_a_number"),
        ("licence_exam", {"quantity": "二"}, "quantity", "not_a_number"),
        ("licence_exam", {"quantity": "999999"}, "quantity", "too_large"),
        ("licence_exam", {"title": " "}, "title", "missing_title"),
        ("licence_exam", {"title": "字" * 121}, "title", "too_long"),
        ("licence_exam", {"started_on": "2021-02-30"}, "started_on", "invalid"),
        ("licence_exam", {"ended_on": "2021-05-21"}, "ended_on", "dates_out_of_order"),
        ("licence_exam", {"ended_on": "2021-09-02"}, "ended_on", "ends_in_future"),
        ("licence_exam", {"started_on": "2020-12-30", "ended_on": "2020-12-31"}, "ended_on", "no_notice"),
        ("online_course", {"hours": "7.25"}, "hours", "too_many_places"),
        ("training_class", {"hours": "17", "days": "2"}, "hours", "above_daily_cap"),
        ("training_class", {"hours": "16", "days": "3"}, "days", "more_days_than_dates"),
        ("teaching_or_aid", {"tier": None, "quantity": "3"}, "quantity", "more_days_than_dates"),
        ("licence_exam", {"note": "x\x00y"}, "note", "bad_characters"),
    ],
)
def test_every_error_of_the_facts_names_its_field(
    engineer: Client,
    activity: str,
    changes: dict[str, Any],
    field: str,
    code: str,
) -> None:
    response = engineer.post(new(activity), facts(**changes))
    assert errors_of(response) == {field: [code]}
    assert f"#id_{field}" in response.content.decode()
    assert not Claim.objects.exists()


def test_one_round_tells_every_mistake(engineer: Client) -> None:
    response = engineer.post(new("teaching_or_aid"), facts(tier=None, quantity="3", title=""))
    assert errors_of(response) == {"title": ["missing_title"], "quantity": ["more_days_than_dates"]}


def test_a_book_counts_whole_ten_thousands(engineer: Client) -> None:
    engineer.post(new("book"), facts(tier="core", quantity="12.7"))
    claim = Claim.objects.get()
    assert (claim.quantity, claim.hours) == (12, Decimal(96))


def test_dates_are_read_as_people_write_them(engineer: Client) -> None:
    engineer.post(new("licence_exam"), facts(started_on="2021年5月22日", ended_on="2021.5.23"))
    claim = Claim.objects.get()
    assert (claim.started_on, claim.ended_on) == (date(2021, 5, 22), date(2021, 5, 23))


def test_evidence_is_handed_in_by_kind_and_taken_away(engineer: Client, person: Practitioner) -> None:
    claim = draft(person)
    url = reverse("registry:claim_evidence", args=[claim.pk])
    response = engineer.get(url)
    assert response.status_code == 200
    assert "考试成绩合格证明" in response.content.decode()
    form = {"token": str(uuid.uuid4()), "file_exam_result": [upload("一.png", 1), upload("二.png", 2)]}
    assert engineer.post(url, form).headers["Location"] == url
    form["file_exam_result"] = [upload("一.png", 1), upload("二.png", 2)]
    onwards = engineer.post(url, form | {"next": "1"}).headers["Location"]
    assert onwards == reverse("registry:claim_check", args=[claim.pk])
    assert [file.name for file in claim.evidence.all()] == ["一.png", "二.png"]
    first = claim.evidence.first()
    assert first is not None
    away = reverse("registry:evidence_remove", args=[claim.pk, first.pk])
    assert engineer.post(away).headers["Location"] == url
    assert engineer.post(away).headers["Location"] == url
    assert [file.name for file in claim.evidence.all()] == ["二.png"]


def test_a_bad_file_is_refused_on_its_own_input_and_the_good_one_kept(engineer: Client, person: Practitioner) -> None:
    claim = draft(person)
    bad = upload("合格证.pdf")
    bad.file.seek(0)
    bad.file.write(b"MZ\x90\x00 no pdf at all, whatever its name")
    bad.file.seek(0)
    form = {"token": str(uuid.uuid4()), "file_exam_result": [upload("好.png", 3), bad]}
    response = engineer.post(reverse("registry:claim_evidence", args=[claim.pk]), form)
    assert errors_of(response) == {"file_exam_result": ["file_type"]}
    text = response.content.decode()
    assert "“合格证.pdf”：只接受PDF、OFD、JPG或PNG文件" in text
    assert "好.png" in text
    assert [file.name for file in claim.evidence.all()] == ["好.png"]


def test_an_empty_choice_of_files_says_so(engineer: Client, person: Practitioner) -> None:
    url = reverse("registry:claim_evidence", args=[draft(person).pk])
    response = engineer.post(url, {"token": str(uuid.uuid4())}, follow=True)
    assert "没有选择文件" in response.content.decode()


def test_a_claim_is_checked_promised_and_handed_in(engineer: Client, person: Practitioner) -> None:
    claim = draft(person)
    url = reverse("registry:claim_check", args=[claim.pk])
    assert "还缺少必交材料" in engineer.get(url).content.decode()
    assert errors_of(engineer.post(url, {"declared": "on"})) == {"__all__": ["evidence_missing"]}
    engineer.post(
        reverse("registry:claim_evidence", args=[claim.pk]),
        {"token": str(uuid.uuid4()), "file_exam_result": upload()},
    )
    assert errors_of(engineer.post(url)) == {"declared": ["required"]}
    done = reverse("registry:claim_submitted", args=[claim.pk])
    assert engineer.post(url, {"declared": "on"}).headers["Location"] == done
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED
    text = engineer.get(done).content.decode()
    assert str(claim.number) in text
    assert person.region.office_name in text
    again = engineer.post(url, {"declared": "on"}).headers["Location"]
    assert again == reverse("registry:claim_detail", args=[claim.pk])


def test_change_links_lead_to_the_field(engineer: Client, person: Practitioner) -> None:
    claim = draft(person)
    text = engineer.get(reverse("registry:claim_check", args=[claim.pk])).content.decode()
    assert f"{reverse('registry:claim_edit', args=[claim.pk])}#id_quantity" in text


def test_a_returned_claim_shows_why_and_is_mended(engineer: Client, person: Practitioner, county: User) -> None:
    claim = submitted(person)
    claim_return(actor=county, claim=claim, reason="成绩单看不清，请重新拍摄。")
    detail = reverse("registry:claim_detail", args=[claim.pk])
    assert "成绩单看不清" in engineer.get(detail).content.decode()
    assert "成绩单看不清" in engineer.get("/").content.decode()
    response = engineer.post(reverse("registry:claim_edit", args=[claim.pk]), facts(quantity="1"))
    assert response.headers["Location"] == reverse("registry:claim_check", args=[claim.pk])
    claim.refresh_from_db()
    assert (claim.state, claim.hours) == (ClaimState.RETURNED, Decimal(8))


@pytest.mark.parametrize("name", ["claim_edit", "claim_evidence", "claim_check"])
def test_a_claim_handed_in_is_no_longer_changed(engineer: Client, person: Practitioner, name: str) -> None:
    claim = submitted(person)
    detail = reverse("registry:claim_detail", args=[claim.pk])
    url = reverse(f"registry:{name}", args=[claim.pk])
    assert engineer.get(url).headers["Location"] == detail
    assert engineer.post(url, facts(quantity="9")).headers["Location"] == detail
    claim.refresh_from_db()
    assert (claim.state, claim.quantity) == (ClaimState.SUBMITTED, 2)


def test_a_claim_is_withdrawn_after_a_question(engineer: Client, person: Practitioner) -> None:
    claim = submitted(person)
    url = reverse("registry:claim_withdraw", args=[claim.pk])
    assert "不能恢复" in engineer.get(url).content.decode()
    response = engineer.post(url, {"reason": "重复填报"}, follow=True)
    assert "申报已撤回" in response.content.decode()
    claim.refresh_from_db()
    assert claim.state == ClaimState.WITHDRAWN
    assert engineer.get(url).status_code == 302


def test_a_decision_that_was_faster_is_told(engineer: Client, person: Practitioner, county: User) -> None:
    claim = accepted(person, county)
    response = engineer.post(reverse("registry:claim_withdraw", args=[claim.pk]), {}, follow=True)
    assert county.display_name in response.content.decode()
    claim.refresh_from_db()
    assert claim.state == ClaimState.ACCEPTED


OWN_PAGES = ["claim_detail", "claim_edit", "claim_evidence", "claim_check", "claim_submitted", "claim_withdraw"]


@pytest.mark.parametrize("name", OWN_PAGES)
def test_another_persons_claim_is_not_found(engineer: Client, name: str) -> None:
    other = draft(PractitionerFactory())
    assert engineer.get(reverse(f"registry:{name}", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("name", ["claim_list", "claim_new", "claim_export", "ledger"])
def test_who_is_no_practitioner_has_no_such_page(client: Client, county: User, name: str) -> None:
    client.force_login(county, backend="accounts.backends.PhoneOrUsernameBackend")
    assert client.get(reverse(f"registry:{name}")).status_code == 404


def test_a_file_is_served_as_an_attachment_that_runs_nothing(engineer: Client, person: Practitioner) -> None:
    file = submitted(person).evidence.get()
    Evidence.objects.filter(pk=file.pk).update(name='成绩"单;.png')
    response = engineer.get(reverse("registry:evidence_file", args=[file.claim_id, file.pk]))
    assert b"".join(response) == png(file.claim_id)
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    policy = response.headers["Content-Security-Policy"]
    assert sorted(part.strip() for part in policy.split(";")) == ["default-src 'none'", "sandbox"]


def test_a_file_is_found_by_whoever_may_see_its_claim(client: Client, person: Practitioner, county: User) -> None:
    file = submitted(person).evidence.get()
    url = reverse("registry:evidence_file", args=[file.claim_id, file.pk])
    stranger = AppointmentFactory(region=region("putuo")).user
    other = PractitionerFactory().user
    for user, status in ((county, 200), (stranger, 404), (other, 404)):
        client.force_login(user, backend="accounts.backends.PhoneOrUsernameBackend")
        assert client.get(url).status_code == status
    client.force_login(county, backend="accounts.backends.PhoneOrUsernameBackend")
    elsewhere = submitted(PractitionerFactory())
    assert client.get(reverse("registry:evidence_file", args=[elsewhere.pk, file.pk])).status_code == 404


def test_own_claims_are_filtered_sorted_and_exported(engineer: Client, person: Practitioner, county: User) -> None:
    accepted(person, county)
    draft(person, cpd("7.5", title="=HYPERLINK(1)"))
    draft(PractitionerFactory(), cpd("20"))
    url = reverse("registry:claim_list")
    titles = [claim.title for claim, _ in engineer.get(url, {"sort": "hours"}).context["lines"]]
    assert titles == ["2021年度一级建造师执业资格考试", "=HYPERLINK(1)"]
    for query, count in (
        ({"state": "draft"}, 1),
        ({"year": "2021"}, 2),
        ({"activity": "licence_cpd"}, 1),
        ({"category": "professional"}, 2),
        ({"category": "general_public"}, 0),
        ({"year": "1999"}, 2),
    ):
        assert len(engineer.get(url, query).context["lines"]) == count, query
    assert "没有符合条件的申报" in engineer.get(url, {"state": "refused"}).content.decode()
    response = engineer.get(reverse("registry:claim_export"), {"sort": "hours"})
    lines = b"".join(response).decode("utf-8").split("\r\n")
    assert lines[0].startswith("\ufeff受理编号,")
    assert lines[1].split(",")[7:9] == ["16", "专业科目"]
    assert ",'=HYPERLINK(1)," in lines[2]
    assert Event.objects.get(action="claim.export").data == {"rows": 2}


def test_an_empty_list_says_what_to_do(engineer: Client) -> None:
    text = engineer.get(reverse("registry:claim_list")).content.decode()
    assert "还没有申报" in text
    assert reverse("registry:claim_new") in text


def test_the_list_is_paged_both_ways(engineer: Client, person: Practitioner) -> None:
    made = [draft(person).pk for _ in range(65)][::-1]
    url = reverse("registry:claim_list")
    first = engineer.get(url).context["page"]
    second = engineer.get(url, {"after": first.older}).context["page"]
    third = engineer.get(url, {"after": second.older}).context["page"]
    assert [claim.pk for part in (first, second, third) for claim in part.rows] == made
    assert (first.newer, third.older) == (None, None)
    back = engineer.get(url, {"before": third.newer}).context["page"]
    assert [claim.pk for claim in back.rows] == [claim.pk for claim in second.rows]
    assert engineer.get(url, {"after": "no cursor"}).context["page"].rows == first.rows


def test_the_ledger_explains_what_was_capped_and_what_was_reversed(
    engineer: Client,
    person: Practitioner,
    county: User,
) -> None:
    accepted(person, county, cpd("50"), kind="training_certificate")
    gone = accepted(person, county)
    claim_reverse(actor=county, claim=gone, reason="成绩系他人")
    response = engineer.get(reverse("registry:ledger"), follow=True)
    assert response.redirect_chain == [("/ledger/2021/", 302)]
    professional = next(group for group in response.context["groups"] if group["name"] == "专业科目")
    assert (professional["recorded"], professional["counted"]) == (Decimal(50), Decimal(36))
    assert [line["reversed"] for line in professional["lines"]] == [False, True, False]
    text = response.content.decode()
    assert "台账登记50学时" in text
    assert "认定登记36学时" in text
    assert "成绩系他人" in text


@pytest.mark.parametrize("year", [2020, 2022, 0, 99999])
def test_a_year_without_notice_or_to_come_is_not_found(engineer: Client, year: int) -> None:
    assert engineer.get(f"/ledger/{year}/").status_code == 404


def test_home_shows_figures_gaps_and_what_waits(engineer: Client, person: Practitioner, county: User) -> None:
    accepted(person, county)
    waiting = draft(person, cpd("10", title="二级建造师继续教育"))
    response = engineer.get("/")
    home = response.context["practitioner"]
    assert home["shown"].composition.counted["total"] == Decimal(16)
    assert [(line["name"], line["missing"]) for line in home["missing"]] == [
        ("专业科目", Decimal(44)),
        ("行业公需科目", Decimal(12)),
        ("一般公需科目", Decimal(18)),
    ]
    assert [task["url"] for task in home["tasks"]] == [reverse("registry:claim_detail", args=[waiting.pk])]
    claim_withdraw(actor=person.user, claim=waiting)
    assert engineer.get("/").context["practitioner"]["tasks"] == []
    assert engineer.get("/", {"year": "1066"}).context["practitioner"]["shown"].year == 2021
