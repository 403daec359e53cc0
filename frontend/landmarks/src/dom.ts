// Small makers of elements, so that steps read as what they show.

type Child = Node | string | null;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

export function button(label: string, click: () => void, className = ""): HTMLButtonElement {
  const made = h("button", { type: "button", className }, label);
  made.addEventListener("click", click);
  return made;
}

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** The step an arrow key asks for, in units of one nudge. */
export function arrow(event: KeyboardEvent, further: number): [number, number] | null {
  const far = event.shiftKey ? further : 1;
  switch (event.key) {
    case "ArrowLeft":
      return [-far, 0];
    case "ArrowRight":
      return [far, 0];
    case "ArrowUp":
      return [0, -far];
    case "ArrowDown":
      return [0, far];
    default:
      return null;
  }
}
