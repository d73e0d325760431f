import { useTranslation } from 'react-i18next';

const HAN = /[\u3400-\u9fff]/;
const PAIR = /^(.*?[\u3400-\u9fff].*?)\s+\/\s+([^\u3400-\u9fff]+)$/;
const BLOCKS = /【中文】([\s\S]*?)\n?\[English\]([\s\S]*)/;

/**
 * The part of a text that a process owner wrote in both languages (`审批 / Approve`, or a line or a block for each), in
 * the reader's language; the whole text when it is written otherwise.
 */
export function inLanguage(text: string, isChinese: boolean): string {
  const blocks = BLOCKS.exec(text);
  if (blocks?.[1] !== undefined && blocks[2] !== undefined) return (isChinese ? blocks[1] : blocks[2]).trim();
  const lines = text.split('\n');
  if (lines.some((line) => PAIR.test(line))) {
    return lines.map((line) => chosen(line, isChinese)).join('\n');
  }
  const [first, second, ...more] = lines.filter((line) => line.trim() !== '');
  const isPair = first !== undefined && second !== undefined && more.length === 0;
  return isPair && HAN.test(first) && !HAN.test(second) ? (isChinese ? first : second) : text;
}

/** `inLanguage` for the language of the page. */
export function useInLanguage(): (text: string | null | undefined) => string {
  const { i18n } = useTranslation('shell');
  const isChinese = i18n.language.startsWith('zh');
  return (text) => (text ? inLanguage(text, isChinese) : '');
}

function chosen(line: string, isChinese: boolean): string {
  const pair = PAIR.exec(line);
  if (pair?.[1] === undefined || pair[2] === undefined) return line;
  const mark = /^(#+\s*)/.exec(line)?.[1] ?? '';
  return isChinese ? pair[1] : pair[2].startsWith(mark) ? pair[2] : mark + pair[2];
}
