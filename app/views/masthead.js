function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function unread(list) {
  const details = make("details", "");
  details.append(make("summary", "", `${list.length} unread`));
  const items = make("ul", "");
  for (const { source, reason } of list) {
    const item = make("li", "");
    item.append(make("span", "name", source), make("span", "", reason));
    items.append(item);
  }
  details.append(items);
  return details;
}

export default function ({ data, parentElement }) {
  const bar = make("header", "bar");
  const facts = make("div", "facts");
  const folder = make("span", "", data.folder);
  folder.title = data.path;
  facts.append(folder, ...data.facts.map((fact) => make("span", "", fact)));
  if (data.unread.length) facts.append(unread(data.unread));
  bar.append(make("div", "mark", "OnRecord"), facts);
  parentElement.querySelector(".root").replaceChildren(bar);
}
