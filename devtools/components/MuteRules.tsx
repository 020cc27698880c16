/** The list of mute rules: what is not recorded, and how many events each rule has kept out. */

import { useState } from 'preact/hooks';
import { compileMute } from '../../src/model/muting.js';
import { MUTE_QUERY_CHARS, type CountedMuteRule } from '../../src/protocol/mutes.js';
import { counted, text } from '../../src/texts/index.js';
import type { RecordingState } from '../state/recording.js';
import { CloseButton } from './CloseButton.js';
import { QueryField } from './QueryField.js';
import { RuleList, RuleSwitch, useDeletion, useRuleFocus } from './RuleList.js';

interface MuteRulesProps {
  readonly recording: RecordingState;
  readonly onClose: () => void;
}

export function MuteRules({ recording, onClose }: MuteRulesProps) {
  const told = recording.mutes.value;
  const rules = told ?? [];
  const { list, focusRule } = useRuleFocus(rules.map(({ id }) => id));
  const { remove, undo } = useDeletion(
    rules,
    (next) => recording.setMutes(next),
    recording,
    focusRule,
  );

  function change(id: number, next: Partial<CountedMuteRule>): void {
    recording.setMutes(rules.map((rule) => (rule.id === id ? { ...rule, ...next } : rule)));
  }

  return (
    <RuleList
      title={text('mutes_rules')}
      about={text('mutes_about')}
      none={text(told === null ? 'mutes_unknown' : 'mutes_none')}
      closeLabel={text('mutes_close')}
      list={list}
      lines={rules.map((rule, index) => (
        <MuteLine
          key={rule.id}
          rule={rule}
          place={index + 1}
          onChange={(next) => change(rule.id, next)}
          onRemove={() => remove(index)}
        />
      ))}
      onAdd={() => recording.mute('')}
      onUndo={undo}
      onClose={onClose}
    />
  );
}

interface MuteLineProps {
  readonly rule: CountedMuteRule;
  /** From 1. */
  readonly place: number;
  readonly onChange: (change: Partial<CountedMuteRule>) => void;
  readonly onRemove: () => void;
}

function MuteLine({ rule, place, onChange, onRemove }: MuteLineProps) {
  const { id, query, on, kept } = rule;
  /** What is being written is no rule yet: half a word would mute too much. */
  const [draft, setDraft] = useState<string | null>(null);
  const written = draft ?? query;
  const called = query.trim() || text('rule_unnamed', { place });
  const { passes, errors } = compileMute(written);
  return (
    <li class={`rule mute${on ? '' : ' off'}`} data-rule={id}>
      <RuleSwitch rule={called} on={on} onChange={(wanted) => onChange({ on: wanted })} />
      <QueryField
        label={text('rule_finds', { rule: called })}
        query={written}
        errors={errors}
        hint={passes === null && errors.length === 0 ? text('mutes_nothing') : null}
        maxLength={MUTE_QUERY_CHARS}
        onInput={setDraft}
        onDone={(text) => {
          setDraft(null);
          onChange({ query: text });
        }}
      />
      <span class="rule-kept quiet">{counted('mutes_kept', kept)}</span>
      <span class="rule-buttons">
        <CloseButton
          label={text('rule_delete', { rule: called })}
          title={text('rule_delete_title')}
          onClick={onRemove}
        />
      </span>
    </li>
  );
}
