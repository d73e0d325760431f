import type { Finding } from './useModels';

/** The service says each finding in both languages. */
export function messageOf(finding: Finding, language: string): string {
  return language.startsWith('zh') ? finding.message_zh : finding.message;
}

/** Errors first, then by file and place. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => rank(a) - rank(b) || a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0),
  );
}

function rank(finding: Finding): number {
  return finding.severity === 'error' ? 0 : 1;
}
