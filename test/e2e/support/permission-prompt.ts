/** Answers Firefox's own question whether an extension may have an optional permission. */
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';
import { pollUntil } from './poll.js';

/** Waits for the question and presses its button. */
export async function answerPermissionPrompt(
  system: System,
  answer: 'allow' | 'refuse',
): Promise<void> {
  await pollUntil(
    'the permission prompt',
    () => system.evaluate(pressButton, answer),
    (pressed) => pressed,
    15_000,
  );
}

function pressButton(window: PrivilegedWindow, answer: string): boolean {
  const prompt = window.document.getElementById('addon-webext-permissions-notification');
  const panel = window.document.getElementById('notification-popup') as
    (HTMLElement & { state?: string }) | null;
  if (prompt === null || panel?.state !== 'open') return false;
  const button = (
    prompt as unknown as { button: HTMLButtonElement; secondaryButton: HTMLButtonElement }
  )[answer === 'allow' ? 'button' : 'secondaryButton'];
  // Firefox asks for unverified scripts with a box to tick first.
  if (answer === 'allow' && button.disabled) {
    prompt.querySelector<HTMLElement>('moz-checkbox')?.click();
  }
  if (button.disabled) return false;
  button.click();
  return true;
}
