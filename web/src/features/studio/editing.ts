import type { Catalogue, Draft, Finding, Model } from './useModels';
import type { Serialize } from './saver';

/** What a page may ask of the editor in it. */
export interface Editor {
  undo: () => void;
  redo: () => void;
  /** Show the element with this id and make it the selected one. */
  select: (id: string) => void;
  /** Open the search field, where the editor has one. */
  search?: () => void;
  /** Switch the token simulation, where the editor has one; whether it is on now. */
  simulate?: () => boolean;
  /** Offer the registered handlers for what is selected. */
  chooseHandler?: () => void;
}

/** One line of the list beside a drawing. */
export interface ListedElement {
  id: string;
  name: string;
  type: string;
}

/** What an editor tells the page whenever something changed or was selected. */
export interface Editing {
  canUndo: boolean;
  canRedo: boolean;
  selected: string | null;
  /** Whether what is selected may run a registered handler. */
  takesHandler: boolean;
  elements: readonly ListedElement[];
}

export const NOTHING: Editing = { canUndo: false, canRedo: false, selected: null, takesHandler: false, elements: [] };

export interface EditorProps {
  /** The content as it was opened; later changes are told by `onChange`. */
  text: string;
  /** Of the reader, when the draft was opened; another language opens it anew. */
  language: string;
  findings: readonly Finding[];
  names: Names;
  onReady: (editor: Editor | null) => void;
  onEditing: (editing: Editing) => void;
  onChange: (serialize: Serialize) => void;
  onBroken: (message: string) => void;
  /** The file had no drawing and was given one, which this writes; the file is as it was until then. */
  onLaidOut: (serialize: Serialize) => void;
}

/** What a drawing may refer to: deployed, or being drawn. */
export interface Names {
  catalogue: Catalogue;
  models: readonly Model[];
  drafts: readonly Draft[];
  groups: readonly { id: string; name: string }[];
  commitments: readonly { key: string; kind: string; name_zh: string; name_en: string }[];
  /** Templates of messages, each with its subject in the reader's language. */
  templates: readonly { key: string; subject: string }[];
}
