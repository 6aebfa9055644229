// Draws the chart of a report from the rows of its table. Without this file, or without ECharts, the table says it all.
"use strict";

(() => {
  const source = document.getElementById("chart-data");
  const box = document.querySelector(".report-chart");
  if (!source || !box || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const text = { color: colour("--text"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const lying = data.shape === "bar";
  const several = data.series.length > 1;

  // Names lie beside their bars: as many as there are, none left out. What stands in order of time has a fixed height.
  box.closest("figure").hidden = false;
  box.style.height = lying ? `${data.names.length * (several && !data.stacked ? 52 : 34) + (several ? 90 : 56)}px` : "22rem";

  const narrow = () => box.clientWidth < 560;
  const short = (name) => (narrow() && name.length > 8 ? `${name.slice(0, 7)}…` : name);
  const shown = (value) => (value === null || value === undefined ? "—" : `${value}${data.unit}`);
  const names = { type: "category", data: data.names, inverse: lying, axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("--line-strong") } },
    axisLabel: { ...text, formatter: short, ...(lying ? { interval: 0 } : { hideOverlap: true }) } };
  const figures = { type: "value", ...(data.unit === "%" ? { max: 100, interval: 25 } : { splitNumber: 4 }),
    axisLabel: { ...text, hideOverlap: true, formatter: (value) => (data.unit === "%" ? `${value}%` : `${value}`) },
    splitLine: { lineStyle: { color: colour("--line") } } };
  const series = data.series.map((one) => ({
    type: "bar",
    name: one.name,
    data: one.values,
    stack: data.stacked ? "whole" : undefined,
    barMaxWidth: 26,
    // A figure stands at every bar that is alone, so that its length need not be read off.
    label: several ? { show: false } : { ...text, show: true, position: lying ? "right" : "top", formatter: (bar) => shown(bar.value) },
  }));

  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  const draw = () => chart.setOption({
    animation: !still.matches,
    textStyle: text,
    color: [colour("--blue"), colour("--green"), "#b87a00", colour("--seal")],
    // Several series differ in pattern too, not in colour alone.
    aria: { enabled: true, label: { enabled: false }, decal: { show: several } },
    legend: several ? { top: 0, textStyle: text } : undefined,
    // Drawn on the canvas: a tooltip of HTML would bring inline styles, which the content policy forbids.
    tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: shown, confine: true },
    grid: { left: 8, right: lying ? 56 : 8, top: several ? 44 : 16, bottom: 8, outerBoundsMode: "same" },
    xAxis: lying ? figures : names,
    yAxis: lying ? names : figures,
    series,
  }, true);
  draw();
  // Fonts and width change with the window and with paper.
  new ResizeObserver(() => { chart.resize(); draw(); }).observe(box);
  still.addEventListener("change", draw);
})();
