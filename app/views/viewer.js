const NARROW = "(max-width: 900px)";

function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function head(data) {
  const block = make("header", "head");
  const back = make("button", "back", "↑ Back to the answer");
  back.onclick = () =>
    document.querySelector(".st-key-conversation")?.scrollIntoView({ block: "end", behavior: "smooth" });
  block.append(back, make("div", "name", data.name));
  if (data.title) block.append(make("h2", "title", data.title));
  if (data.facts) block.append(make("p", "facts", data.facts));
  return block;
}

function body(data) {
  if (data.notice) return make("p", "notice", data.notice);
  const box = make("div", "box");
  box.tabIndex = 0;
  box.setAttribute("aria-label", "Text of the document");
  for (const { kind, text } of data.segments)
    box.append(make(kind === "mark" ? "mark" : "span", kind, text));
  return box;
}

function build(data) {
  const viewer = make("section", data.empty ? "viewer nothing" : "viewer");
  viewer.setAttribute("aria-label", "Source document");
  if (data.empty) viewer.append(make("p", "empty", "The source of each quote opens here."));
  else viewer.append(head(data), body(data));
  return viewer;
}

// Scrolls the document's own box, never the page.
function bringIntoView(root) {
  const box = root.querySelector(".box");
  const mark = root.querySelector("mark");
  if (!box || !mark) return;
  const below = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
  const room = Math.max(24, (box.clientHeight - mark.getBoundingClientRect().height) / 3);
  box.scrollTop += below - room;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const { clicks, ...content } = data;
  const signature = JSON.stringify(content);
  const clicked = root.clicks !== undefined && clicks > root.clicks;
  if (root.signature !== signature) root.replaceChildren(build(content));
  if (root.signature !== signature || clicked) requestAnimationFrame(() => bringIntoView(root));
  if (clicked && matchMedia(NARROW).matches)
    requestAnimationFrame(() => root.scrollIntoView({ block: "start", behavior: "smooth" }));
  root.signature = signature;
  root.clicks = clicks;
}
