// The page: contacts with search, an import with its progress, and the live feed.

const PAGE_SIZE = 20;
const element = (id) => document.getElementById(id);

let next = null; // what to give as `after` for the next page
let latest = 0; // which request was the last: an older answer that comes later is dropped
let importId = null;
let failedAction = false; // whether the problem that is shown is of what a person did last

async function call(url, options) {
  const response = await fetch(url, options);
  const body = response.status === 204 ? null : await response.json();
  const isAction = options !== undefined;
  // That the list could be read again says nothing of an action that failed.
  if (isAction || !failedAction) element("problem").hidden = response.ok;
  if (isAction) failedAction = !response.ok;
  if (!response.ok) {
    element("problem").hidden = false;
    element("problem").textContent = body.detail;
    throw new Error(body.detail);
  }
  return body;
}

async function show(after = null) {
  const request = ++latest;
  const query = new URLSearchParams({ words: element("words").value, page_size: PAGE_SIZE });
  if (after !== null) query.set("after", after);
  const page = await call(`contacts?${query}`);
  if (request !== latest) return;
  const rows = page.items.map((contact) => {
    const row = document.createElement("tr");
    for (const text of [contact.full_name, contact.email ?? "", contact.kind]) {
      row.insertCell().textContent = text;
    }
    return row;
  });
  const list = element("contacts");
  after === null ? list.replaceChildren(...rows) : list.append(...rows);
  next = page.next;
  element("more").hidden = next === null;
}

// Many changes in a moment are one look at the list.
let waiting = null;
function showSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => show().catch(console.error), 150);
}

function tell(text) {
  const entry = document.createElement("li");
  entry.textContent = text;
  element("feed").prepend(entry);
  while (element("feed").children.length > 50) element("feed").lastChild.remove();
}

function listen() {
  const source = new EventSource("live"); // it reconnects by itself
  source.onopen = () => (element("state").textContent = "connected");
  source.onerror = () => (element("state").textContent = "disconnected");
  // Something may have been missed: read again.
  source.addEventListener("gap", showSoon);
  source.addEventListener("contact_changed", ({ data }) => {
    const { operation, count } = JSON.parse(data);
    tell(`${operation}: ${count} ${count === 1 ? "contact" : "contacts"}`);
    showSoon();
  });
  source.addEventListener("import_progress", ({ data }) => {
    const progress = JSON.parse(data);
    if (progress.import_id !== importId || progress.state !== "running") return;
    element("progress").value = progress.bytes_total ? progress.bytes_processed / progress.bytes_total : 0;
  });
}

async function add(form) {
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  await call("contacts", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  });
  form.reset();
}

async function load(file) {
  importId = crypto.randomUUID();
  element("imported").textContent = "";
  element("progress").value = 0;
  element("progress").hidden = false;
  try {
    const { rows } = await call(`contacts/imports/${importId}`, {
      method: "PUT",
      headers: { "Content-Type": "text/csv" },
      body: file,
    });
    element("progress").value = 1;
    element("imported").textContent = `${rows} imported`;
  } finally {
    element("progress").hidden = true;
    element("file").value = "";
  }
}

element("words").addEventListener("input", showSoon);
element("more").addEventListener("click", () => show(next).catch(console.error));
element("file").addEventListener("change", ({ target }) => {
  if (target.files.length > 0) load(target.files[0]).catch(console.error);
});
element("search").addEventListener("submit", (event) => event.preventDefault());
element("add").addEventListener("submit", (event) => {
  event.preventDefault();
  add(event.target).catch(console.error);
});
listen();
