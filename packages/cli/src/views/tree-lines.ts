/** A tree in lines, as terraform draws it: `├── a`, `│   └── b`. Pure. */
export function treeLines<T>(
  node: T,
  branchesOf: (node: T) => readonly { readonly label: string; readonly below: T | undefined }[],
): readonly string[] {
  const branches = branchesOf(node);
  return branches.flatMap(({ label, below }, i) => {
    const isLast = i === branches.length - 1;
    const inner = below === undefined ? [] : treeLines(below, branchesOf);
    return [`${isLast ? "└── " : "├── "}${label}`, ...inner.map((line) => `${isLast ? "    " : "│   "}${line}`)];
  });
}
