/** The list of colour rules: what each finds, its colour, and which comes first. */

import { useEffect } from 'preact/hooks';
import { text, type TextKey } from '../../src/texts/index.js';
import { parseQuery } from '../../src/model/query/index.js';
import {
  COLOURS,
  RULE_NAME_MAX,
  RULE_QUERY_MAX,
  type ColourName,
  type ColourRule,
} from '../arithmetic/colouring.js';
import type { Colours } from '../state/colours.js';
import type { RecordingState } from '../state/recording.js';
import { CloseButton } from './CloseButton.js';
import { Icon } from './Icon.js';
import { QueryField } from './QueryField.js';
import { RuleList, RuleSwitch, useDeletion, useRuleFocus } from './RuleList.js';
// The swatches are of the same palette.
import './RowColour.js';

const COLOUR_TEXTS: Readonly<Record<ColourName, TextKey>> = {
  red: 'colour_red',
  orange: 'colour_orange',
  yellow: 'colour_yellow',
  green: 'colour_green',
  teal: 'colour_teal',
  blue: 'colour_blue',
  purple: 'colour_purple',
  grey: 'colour_grey',
};

interface ColourRulesProps {
  readonly recording: RecordingState;
  readonly onClose: () => void;
}

export function ColourRules({ recording, onClose }: ColourRulesProps) {
  const colours = recording.colours.value;
  useEffect(() => {
    void recording.loadColours();
  }, [recording]);
  if (colours === null) return null;
  return <Rules {...{ recording, colours, onClose }} />;
}

function Rules({ recording, colours, onClose }: ColourRulesProps & { readonly colours: Colours }) {
  const { rules, byConnection } = colours.colouring.value;
  const { list, focusRule } = useRuleFocus(rules.map(({ id }) => id));
  const { remove, undo } = useDeletion(rules, colours.setRules, recording, focusRule);

  function move(index: number, by: number): void {
    const target = Math.min(Math.max(0, index + by), rules.length - 1);
    if (target === index) return;
    colours.move(rules[index]?.id ?? 0, by);
    recording.announcement.value = text('rule_moved', {
      place: target + 1,
      count: rules.length,
    });
  }

  return (
    <RuleList
      title={text('colours_rules')}
      about={text('colours_about')}
      none={text('colours_none', { like: text('colours_like') })}
      closeLabel={text('colours_close')}
      list={list}
      lines={rules.map((rule, index) => (
        <RuleLine
          key={rule.id}
          rule={rule}
          place={index + 1}
          last={index === rules.length - 1}
          onChange={(change) => colours.change(rule.id, change)}
          onMove={(by) => move(index, by)}
          onRemove={() => remove(index)}
        />
      ))}
      onAdd={() => colours.add('')}
      onUndo={undo}
      onClose={onClose}
    >
      <label class="rules-foot">
        <input
          type="checkbox"
          checked={byConnection}
          onChange={(event) => colours.byConnection(event.currentTarget.checked)}
        />
        {text('colours_by_connection')}
      </label>
    </RuleList>
  );
}

interface RuleLineProps {
  readonly rule: ColourRule;
  /** From 1. */
  readonly place: number;
  readonly last: boolean;
  readonly onChange: (change: Partial<Omit<ColourRule, 'id'>>) => void;
  /** @param by places */
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}

function RuleLine({ rule, place, last, onChange, onMove, onRemove }: RuleLineProps) {
  const { id, name, query, colour, on } = rule;
  const called = name || query.trim() || text('rule_unnamed', { place });
  const { node, errors } = parseQuery(query);
  return (
    <li
      class={`rule${on ? '' : ' off'}`}
      data-rule={id}
      data-colour={colour}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!event.altKey || by === undefined) return;
        event.preventDefault();
        onMove(by);
      }}
    >
      <RuleSwitch rule={called} on={on} onChange={(wanted) => onChange({ on: wanted })} />
      <select
        value={colour}
        aria-label={text('colours_of', { rule: called })}
        onChange={(event) => onChange({ colour: event.currentTarget.value as ColourName })}
      >
        {COLOURS.map((each) => (
          <option key={each} value={each}>
            {text(COLOUR_TEXTS[each])}
          </option>
        ))}
      </select>
      <QueryField
        label={text('rule_finds', { rule: called })}
        query={query}
        errors={errors}
        hint={node === null && errors.length === 0 ? text('colours_nothing') : null}
        maxLength={RULE_QUERY_MAX}
        onInput={(text) => onChange({ query: text })}
      />
      <input
        type="text"
        class="rule-name"
        value={name}
        placeholder={text('rule_name')}
        aria-label={text('rule_name_of', { rule: called })}
        maxLength={RULE_NAME_MAX}
        onInput={(event) => onChange({ name: event.currentTarget.value })}
      />
      <span class="rule-buttons">
        <button
          type="button"
          class="tool"
          title={text('rule_up_title')}
          aria-label={text('rule_up', { rule: called })}
          aria-disabled={place === 1}
          onClick={() => onMove(-1)}
        >
          <Icon name="up" />
        </button>
        <button
          type="button"
          class="tool"
          title={text('rule_down_title')}
          aria-label={text('rule_down', { rule: called })}
          aria-disabled={last}
          onClick={() => onMove(1)}
        >
          <Icon name="open" />
        </button>
        <CloseButton
          label={text('rule_delete', { rule: called })}
          title={text('rule_delete_title')}
          onClick={onRemove}
        />
      </span>
    </li>
  );
}
