/** A checkbox with its words, which shows what is the case, not what was clicked. */

interface SwitchProps {
  readonly label: string;
  readonly title?: string;
  /** Null: not known yet. */
  readonly on: boolean | null;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, title, on, onChange }: SwitchProps) {
  return (
    <label class="switch" title={title}>
      <input
        type="checkbox"
        checked={on === true}
        disabled={on === null}
        onChange={({ currentTarget: box }) => {
          const wanted = box.checked;
          box.checked = on === true;
          onChange(wanted);
        }}
      />
      {label}
    </label>
  );
}
