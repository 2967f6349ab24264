// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Comfort only: what it shows is in the page without it. */
"use strict";
(() => {
const $ = id => document.getElementById(id);
const panel = $("panel"), table = document.querySelector("table");
const heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
const first = table.querySelector("td a");
let pinned = null, shown = null, stop = first;

function add(parent, name, text, kind) {
	const node = parent.appendChild(document.createElement(name));
	node.textContent = text;
	node.className = kind || "";
	return node;
}

function names(cell) {
	return [cell.parentNode.cells[0], heads[cell.cellIndex]];
}

function mark(cell, on) {
	if (cell)
		names(cell).forEach(head => head.classList.toggle("on", on));
}

function hint() {
	panel.textContent = "Hover over a cell for its findings; click or Enter keeps them here.";
	panel.classList.remove("shown");
}

function show(cell) {
	mark(shown, false);
	mark(shown = cell, true);
	if (!cell)
		return hint();
	const link = cell.firstChild, target = $(link.hash.slice(1));
	const key = $(cell.className.match(/o\d+/)[0]);
	panel.textContent = "";
	panel.classList.add("shown");
	if (pinned)
		add(panel, "button", "close").onclick = close;
	add(panel, "h2", names(cell).map(head => head.textContent).join(" \u2192 "));
	add(panel, "span", link.textContent, key.querySelector(".chip").className);
	add(panel, "span", " " + key.querySelector(".words").textContent);
	names(cell).forEach(head => head.title && add(panel, "small", head.title));
	if (target !== key)
		panel.appendChild(target.cloneNode(true)).removeAttribute("id");
}

function pin(cell) {
	pinned && pinned.classList.remove("pin");
	pinned = cell;
	cell && cell.classList.add("pin");
	panel.classList.toggle("pinned", !!cell);
	show(cell);
}

function close() {
	const cell = pinned;
	pin(null);
	cell && cell.firstChild.focus();
	show(null);
}

/* One stop for the Tab key; arrows walk from there. */
function walk(link) {
	if (!link)
		return;
	stop.tabIndex = -1;
	stop = link;
	stop.tabIndex = 0;
}

function step(cell, right, down) {
	let row = cell.parentNode, at = cell.cellIndex;
	do {
		if (down)
			row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
		at += right;
		cell = row && row.cells[at];
	} while (cell && at && (cell.hidden || row.hidden || !cell.firstChild));
	if (cell && at)
		cell.firstChild.focus();
}

const cellOf = event => {
	const cell = event.target.closest("td");
	return cell && cell.firstChild ? cell : null;
};
const steps = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

if (first) {
	table.querySelectorAll("td a").forEach(link => link.tabIndex = -1);
	walk(first);
}
table.addEventListener("mouseover", event => {
	const cell = cellOf(event);
	if (cell && !pinned)
		show(cell);
});
table.addEventListener("focusin", event => {
	const cell = cellOf(event);
	if (!cell)
		return;
	walk(cell.firstChild);
	if (!pinned)
		show(cell);
});
table.addEventListener("click", event => {
	const cell = cellOf(event);
	if (!cell)
		return;
	event.preventDefault();
	pin(cell === pinned ? null : cell);
});
table.addEventListener("keydown", event => {
	const cell = cellOf(event);
	if (!cell || !steps[event.key] || event.ctrlKey || event.altKey)
		return;
	event.preventDefault();
	step(cell, ...steps[event.key]);
});
document.addEventListener("keydown", event => {
	if (event.key === "Escape" && event.target.type !== "search")
		pinned ? close() : show(null);
});

/* Tab needs a stop that is not filtered away. */
function restop() {
	if (first && !stop.offsetWidth)
		walk([...table.querySelectorAll("td a")].find(link => link.offsetWidth));
}

/* Words must all be in a name, or in what stands behind it. */
function filter(input, all, hide) {
	const words = input.value.toLowerCase().split(/\s+/);
	all.forEach((head, i) => {
		const text = (head.textContent + " " + head.title).toLowerCase();
		hide(i, !words.every(word => text.includes(word)));
	});
	restop();
}
$("rows").oninput = event =>
	filter(event.target, rows.map(row => row.cells[0]), (i, hidden) => rows[i].hidden = hidden);
$("columns").oninput = event => filter(event.target, heads.slice(1), (i, hidden) => {
	if (heads[i + 1].hidden === hidden)
		return;
	heads[i + 1].hidden = hidden;
	rows.forEach(row => row.cells[i + 1].hidden = hidden);
});
$("filters").hidden = panel.hidden = false;
document.body.classList.add("js");
hint();
})();
