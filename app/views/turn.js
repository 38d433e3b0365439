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
function line({ number, facts, source, quote, text }, open) {
  const button = make("button", text ? "cite closest" : "cite");
  const words = make("span", "facts");
  if (text) words.append(make("span", "excerpt", text));
  if (quote) words.append(make("span", "quote", `“${quote}”`));
  words.append(facts ? `${facts} · ` : "", make("span", "name", source));
  button.append(chip("span", number), words);
  button.onclick = () => open(number);
  button.dataset.opens = number;
  return button;
}

function statement(data, open) {
  const block = make("section", "statement");
  const text = make("p", data.quoted ? "text quoted" : "text", data.text);
  block.append(text);
  if (data.partly) block.append(make("p", "partly", "The quotes support this only in part."));
  block.append(...data.citations.map((citation) => line(citation, open)));
  return block;
}

function build(data, open) {
  const turn = make("article", "turn");
  if (data.question) turn.append(make("h2", "question", data.question));
  if (data.pending) turn.append(make("p", "pending", "Searching the documents"));
  if (data.error) {
    const error = make("p", "error", data.error);
    error.setAttribute("role", "alert");
    turn.append(error);
  }
  if (data.searched) turn.append(make("p", "searched", `Searched for: ${data.searched}`));
  turn.append(...(data.statements ?? []).map((one) => statement(one, open)));
  if (data.refusal) turn.append(make("p", "refusal", data.refusal));
  if (data.closest?.length) {
    turn.append(make("p", "label", "Closest passages"));
    turn.append(...data.closest.map((passage) => line(passage, open)));
  }
  turn.append(...(data.notes ?? []).map((note) => make("p", "note", note)));
  return turn;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const { opened, newest, ...content } = data;
  const signature = JSON.stringify(content);
  // Rebuilt only when its content changes, so that a click keeps the keyboard's focus.
  if (root.signature !== signature) {
    root.signature = signature;
    root.replaceChildren(build(content, (number) => setTriggerValue("open", number)));
    if (newest) requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
  }
  for (const element of root.querySelectorAll(".chip"))
    element.setAttribute("aria-pressed", String(Number(element.dataset.number) === opened));
}
