"""Figures of hours as links to how they came about; `data-why` opens them in place where there is JavaScript."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses.models import TrainingClass
from registry.models import Claim, GroupClaim, HourEntry
from zsjxjy.templatetags.portal import hours

register = template.Library()


@register.simple_tag
def why_figure(practitioner_pk: int, year: int, code: str, value: Decimal, name: str = "") -> SafeString:
    """A counted figure of somebody's year, with the lines it is the sum of; `name` tells which figure it is."""
    return _link(reverse("compliance:why_figure", args=[practitioner_pk, year, code]), value, name)


@register.simple_tag
def why_entry(entry: HourEntry) -> SafeString:
    """The hours of a line of the ledger, with the facts and the rule behind them."""
    address = reverse("compliance:why_entry", args=[entry.practitioner_id, entry.year, entry.pk])
    return _link(address, Decimal(entry.hours), str(entry.facts.get("title", "")))


@register.simple_tag
def why_claim(claim: Claim) -> SafeString:
    """The hours of a claim, with the facts and the rule behind them."""
    return _link(reverse("registry:claim_why", args=[claim.pk]), Decimal(claim.hours), claim.title)


@register.simple_tag
def why_group(group: GroupClaim) -> SafeString:
    """The hours that each person of a group claim is credited, with the facts and the rule behind them."""
    return _link(reverse("registry:group_why", args=[group.pk]), Decimal(group.hours), group.title)


@register.simple_tag
def why_class(one: TrainingClass) -> SafeString:
    """The hours of a class, with the clause and the days behind them."""
    return _link(reverse("courses:class_why", args=[one.pk]), Decimal(one.hours), one.title)


@register.simple_tag
def why_link(address: str, value: Decimal, name: str = "") -> SafeString:
    """Any figure of hours with the address that explains it."""
    return _link(address, value, name)


def _link(address: str, value: Decimal, name: str) -> SafeString:
    mark = (
        '<a class="why-link" href="{}" data-why title="计算过程">{}'
        '<span class="visually-hidden">学时{}：计算过程</span></a>'
    )
    return format_html(mark, address, hours(value), f"，{name}" if name else "")
