/** One of a few, from a list that opens. */

interface ChoiceProps<Name extends string> {
  readonly label: string;
  readonly names: readonly Name[];
  readonly chosen: Name;
  readonly wordOf: (name: Name) => string;
  readonly onChange: (name: Name) => void;
}

export function Choice<Name extends string>(props: ChoiceProps<Name>) {
  const { label, names, chosen, wordOf, onChange } = props;
  return (
    <label class="choice">
      <span>{label}</span>
      <select
        value={chosen}
        onChange={({ currentTarget }) => onChange(currentTarget.value as Name)}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {wordOf(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
