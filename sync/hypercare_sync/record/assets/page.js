"use strict";
(() => {
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const key = cell.dataset.key;
    return key === undefined ? cell.textContent.trim() : key === "inf" ? Infinity : Number(key);
  };
  const compare = (one, other) =>
    typeof one === "number" && typeof other === "number"
      ? (one > other) - (one < other)
      : String(one).localeCompare(String(other), "en", { numeric: true });
  const sort = (table, head, column) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
    rows.sort(([one], [other]) => (up ? compare(one, other) : compare(other, one)));
    body.append(...rows.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table")) {
    if (table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head, column));
    });
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.story:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
})();
