/** What a command is called. Ids have dots, and so have the keys of words. */
export function wordOf(id: string): string {
  return `shell.command.${id.replaceAll(".", "_")}`;
}
