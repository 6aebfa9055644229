"""A year from a CSV export by pandas, polars and duckdb: sums, caps, minimums, and the answer as CSV again."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from hours_rules.types import Notice
from registry.models.fields import to_tenths


@dataclass(frozen=True, slots=True)
class Numbers:
    """The notice's numbers as an office's own script would hold them; minimums by category, the total first."""

    categories: dict[int, str]
    caps: dict[int, int]
    minimums: dict[str, int]

    @classmethod
    def of(cls, notice: Notice) -> Numbers:
        """Those of a notice."""
        rules = notice.activities.values()
        names = ("total", *notice.categories)
        return cls(
            {rule.number: rule.category for rule in rules},
            {rule.number: to_tenths(rule.yearly_cap) for rule in rules if rule.yearly_cap is not None},
            {name: to_tenths(notice.minimums[name]) for name in names},
        )


def by_pandas(given: Path, answer: Path, numbers: Numbers) -> None:
    """read_csv, two groupings, to_csv."""
    pandas = import_module("pandas")
    read = pandas.read_csv(given)
    sums = read.groupby(["person", "activity"], as_index=False)["tenths"].sum()
    caps = sums["activity"].map(numbers.caps)
    sums["counted"] = sums["tenths"].where(caps.isna(), sums["tenths"].clip(upper=caps.fillna(0)))
    sums["category"] = sums["activity"].map(numbers.categories)
    year = sums.pivot_table(index="person", columns="category", values="counted", aggfunc="sum", fill_value=0)
    year["total"] = year.sum(axis=1)
    year["meets"] = True
    for name, least in numbers.minimums.items():
        year["meets"] &= year[name] >= least
    year.astype(int).to_csv(answer)


def by_polars(given: Path, answer: Path, numbers: Numbers) -> None:
    """A lazy plan from scan_csv to write_csv."""
    polars = import_module("polars")
    col = polars.col
    most = col("activity").replace_strict(numbers.caps, default=None, return_dtype=polars.Int64)
    counted = polars.min_horizontal(col("tenths"), most)  # which ignores what is missing
    category = col("activity").replace_strict(numbers.categories, return_dtype=polars.String)
    parts = [name for name in numbers.minimums if name != "total"]
    year = (
        polars.scan_csv(given)
        .group_by("person", "activity")
        .agg(col("tenths").sum())
        .with_columns(counted=counted, category=category)
        .group_by("person")
        .agg(*(col("counted").filter(col("category") == name).sum().alias(name) for name in parts))
        .with_columns(total=polars.sum_horizontal(parts))
        .with_columns(meets=polars.all_horizontal(*(col(name) >= least for name, least in numbers.minimums.items())))
    )
    year.collect().write_csv(answer)


def by_duckdb(given: Path, answer: Path, numbers: Numbers) -> None:
    """One SQL statement from file to file."""
    duckdb = import_module("duckdb")
    least = " ".join(f"WHEN {activity} THEN least(sum(tenths), {cap})" for activity, cap in numbers.caps.items())
    parts = {
        name: [activity for activity, category in numbers.categories.items() if category == name]
        for name in numbers.minimums
        if name != "total"
    }
    sums = ", ".join(
        f"coalesce(sum(counted) FILTER (activity IN ({', '.join(map(str, those))})), 0) AS {name}"
        for name, those in parts.items()
    )
    meets = " AND ".join(f"{name} >= {figure}" for name, figure in numbers.minimums.items())
    statement = f"""
        COPY (
            WITH worth AS (
                SELECT person, activity, CASE activity {least} ELSE sum(tenths) END AS counted
                FROM read_csv('{given}') GROUP BY person, activity
            ), year AS (
                SELECT person, {sums}, sum(counted) AS total FROM worth GROUP BY person
            ) SELECT *, {meets} AS meets FROM year
        ) TO '{answer}' (FORMAT csv, HEADER)"""
    with duckdb.connect() as connection:
        connection.execute(statement)
