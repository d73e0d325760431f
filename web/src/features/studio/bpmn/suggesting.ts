import type { Names } from '../editing';
import { FILE_KIND, type Model } from '../useModels';

/** What may be chosen for fields of the properties panel, by the name of their input; anything else may be typed. */
export interface Suggestion {
  value: string;
  label: string;
}
export type Suggestions = ReadonlyMap<string, readonly Suggestion[]>;

export function suggestionsOf(names: Names): Suggestions {
  const groups = names.groups.map((group) => ({ value: group.id, label: group.name }));
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: '' }));
  return new Map([
    ['formRef', keysOf(names, 'form')],
    ['decisionRef', keysOf(names, 'decision')],
    ['calledElement', keysOf(names, 'process')],
    ['candidateGroups', groups],
    ['messageName', plain(names.catalogue.messages)],
    ['signalName', plain(names.catalogue.signals)],
    ['delegateExpression', plain(names.catalogue.handlers.map((handler) => `\${${handler.name}}`))],
  ]);
}

function keysOf(names: Names, kind: Model['kind']): Suggestion[] {
  const deployed = names.models
    .filter((model) => model.kind === kind)
    .map((model) => ({ value: model.key, label: model.title ?? '' }));
  const known = new Set(deployed.map((each) => each.value));
  const drawn = names.drafts
    .filter((draft) => draft.kind === FILE_KIND[kind])
    .flatMap((draft) => draft.keys.map((key) => ({ value: key, label: draft.title ?? '' })));
  return [...deployed, ...drawn.filter((each) => !known.has(each.value))];
}

/**
 * Offer them in the panel: a list the browser opens below the field. The panel renders its fields anew as it likes,
 * so each new one is looked at. Returns how to stop.
 */
export function suggest(panel: HTMLElement, read: () => Suggestions): () => void {
  const furnish = () => {
    for (const input of panel.querySelectorAll<HTMLInputElement>('input[type=text][name]')) {
      const found = read().get(input.name);
      if (found === undefined || found.length === 0) continue;
      const id = `suggestions-${input.name}`;
      if (input.getAttribute('list') === id && panel.querySelector(`#${id}`)?.childElementCount === found.length) continue;
      panel.querySelector(`#${id}`)?.remove();
      panel.append(listOf(id, found));
      input.setAttribute('list', id);
      input.autocomplete = 'off';
    }
  };
  const observer = new MutationObserver(furnish);
  observer.observe(panel, { childList: true, subtree: true });
  furnish();
  return () => {
    observer.disconnect();
  };
}

function listOf(id: string, found: readonly Suggestion[]): HTMLDataListElement {
  const list = document.createElement('datalist');
  list.id = id;
  list.append(...found.map((each) => new Option(each.label, each.value)));
  return list;
}
