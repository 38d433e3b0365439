function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function chip(tag, number) {
  const element = make(tag, "chip", String(number));
  element.dataset.number = number;
  return element;
}

// The whole line opens the document; its number is pressed while that document is open.
function line({ number, facts, source, quote, text }, send) {
  const button = make("button", text ? "cite closest" : "cite");
  const words = make("span", "facts");
  if (text) words.append(make("span", "excerpt", text));
  if (quote) words.append(make("span", "quote", `“${quote}”`));
  words.append(facts ? `${facts} · ` : "", make("span", "name", source));
  button.append(chip("span", number), words);
  button.onclick = () => send("open", number);
  button.dataset.opens = number;
  return button;
}

function statement(data, send) {
  const block = make("section", "statement");
  block.append(make("p", data.quoted ? "text quoted" : "text", data.text));
  if (data.partly) block.append(make("p", "partly", data.partly));
  block.append(...data.citations.map((citation) => line(citation, send)));
  return block;
}

function error(text) {
  const element = make("p", "error", text);
  element.setAttribute("role", "alert");
  return element;
}

function doing(_, send) {
  const block = make("div", "doing");
  const words = make("span", "words");
  words.setAttribute("role", "status");
  const seconds = make("span", "seconds");
  const stop = make("button", "stop", "Stop");
  stop.onclick = () => {
    stop.hidden = true;
    words.textContent = "Stopping…";
    send("stop", true);
  };
  block.append(words, seconds, stop);
  block.show = (data) => {
    // A new text only, so that it is read out once.
    if (words.textContent !== data.doing) words.textContent = data.doing;
    seconds.textContent = data.seconds ? `${data.seconds} s` : "";
    stop.hidden = !data.stoppable;
  };
  return block;
}

const KINDS = {
  question: (text) => make("h2", "question", text),
  error,
  searched: (text) => make("p", "searched", `Searched for: ${text}`),
  statement,
  refusal: (text) => make("p", "refusal", text),
  interrupted: (text) => make("p", "interrupted", text),
  label: (text) => make("p", "label", text),
  closest: line,
  note: (text) => make("p", "note", text),
  usage: (text) => make("p", "usage", text),
  doing,
};

// What a turn consists of, from top to bottom.
function parts(data) {
  const all = (kind, list) => (list ?? []).map((content) => [kind, content]);
  const one = (kind, content) => (content ? [[kind, content]] : []);
  return [
    ...one("question", data.question),
    ...one("error", data.error),
    ...one("searched", data.searched),
    ...all("statement", data.statements),
    ...one("refusal", data.refusal),
    ...one("interrupted", data.interrupted),
    ...one("label", data.closest?.length && "Closest passages"),
    ...all("closest", data.closest),
    ...all("note", data.notes),
    ...one("usage", data.usage),
    ...one("doing", Boolean(data.doing)),
  ];
}

// Keeps every part that is there already, so that a growing answer keeps focus, selection and place.
// Gives whether something new is to be read.
function update(turn, data, send) {
  const there = new Map([...turn.children].map((element) => [element.key, element]));
  const counts = {};
  let next = turn.firstElementChild;
  let grown = false;
  for (const [kind, content] of parts(data)) {
    counts[kind] = (counts[kind] ?? 0) + 1;
    const key = `${kind} ${counts[kind]} ${JSON.stringify(content)}`;
    if (next && there.get(key) === next) {
      next = next.nextElementSibling;
      continue;
    }
    const made = there.get(key) ?? KINDS[kind](content, send);
    grown ||= made.key === undefined && kind !== "doing";
    made.key = key;
    turn.insertBefore(made, next);
  }
  while (next) {
    const gone = next;
    next = next.nextElementSibling;
    gone.remove();
  }
  return grown;
}

function scroller(root) {
  let element = root.getRootNode().host ?? root.parentElement;
  while (element && !(element.scrollHeight > element.clientHeight && /auto|scroll/.test(getComputedStyle(element).overflowY)))
    element = element.parentElement;
  return element ?? document.scrollingElement;
}

// The newest turn is brought to the top as it grows, unless the person has scrolled since.
function follow(root) {
  const box = scroller(root);
  if (root.left !== undefined && Math.abs(box.scrollTop - root.left) > 2) return;
  root.scrollIntoView({ block: "start" });
  root.left = box.scrollTop;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  if (!root.turn) {
    root.turn = make("article", "turn");
    root.replaceChildren(root.turn);
  }
  root.send = setTriggerValue;
  const grown = update(root.turn, data, (...what) => root.send(...what));
  if (data.doing) root.turn.lastElementChild.show(data);
  if (grown && data.newest) requestAnimationFrame(() => follow(root));
  for (const element of root.querySelectorAll(".chip"))
    element.setAttribute("aria-pressed", String(Number(element.dataset.number) === data.opened));
}
