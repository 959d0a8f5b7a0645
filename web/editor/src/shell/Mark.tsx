/** The sign of Penstock: water that is led through a gate. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return <img src="/icon.svg" alt="" width={size} height={size} />;
}
