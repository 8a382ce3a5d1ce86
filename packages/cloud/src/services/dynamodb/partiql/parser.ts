/** PartiQL statements: SELECT, INSERT, UPDATE, DELETE and EXISTS (Developer Guide, "PartiQL statements for DynamoDB"). */
import { invalid } from "../errors.ts";
import type { Path } from "../expressions/ast.ts";
import type { Action, Expression, OrderBy, Returning, Select, Source, Statement } from "./ast.ts";
import { Cursor } from "./cursor.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { printPlace } from "./lexer.ts";

/** A statement and how many `?` it has. */
export interface ParsedStatement {
  readonly statement: Statement;
  readonly parameters: number;
}

class StatementParser {
  readonly cursor: Cursor;
  readonly expressions: ExpressionParser;

  constructor(text: string) {
    this.cursor = new Cursor(text);
    this.expressions = new ExpressionParser(this.cursor);
  }

  statement(): Statement {
    const found = this.unended();
    this.cursor.takeSymbol(";");
    if (this.cursor.peek().kind !== "end") throw this.cursor.fail();
    return found;
  }

  private unended(): Statement {
    const { cursor } = this;
    if (cursor.takeWord("select")) return this.select();
    if (cursor.takeWord("insert")) return this.insert();
    if (cursor.takeWord("update")) return this.update(this.source());
    if (cursor.takeWord("delete")) return this.delete();
    if (cursor.takeWord("from")) return this.fromUpdate();
    if (cursor.takeWord("exists")) {
      cursor.needSymbol("(");
      cursor.needWord("select");
      const select = this.select();
      cursor.needSymbol(")");
      return { kind: "exists", select };
    }
    for (const [word, name] of [
      ["create", "CreateTable"],
      ["drop", "DropTable"],
    ] as const)
      if (cursor.isWord(word) && cursor.isWord("table", 1)) throw invalid(`Unsupported operation: ${name}`);
    throw cursor.fail();
  }

  /** `Table`, `"Table"."Index"`. */
  private source(): Source {
    if (this.cursor.peek().kind === "string") throw invalid("Unexpected from source");
    const path = this.expressions.path();
    const [table, index, ...more] = path.map(String);
    if (more.length > 0) throw invalid("A path may contain at most 2 components in the FROM clause");
    if (this.cursor.isWord("as") || this.cursor.isIdentifier()) throw invalid("Aliasing is not supported");
    return { table: table ?? "", ...(index === undefined ? {} : { index }) };
  }

  private select(): Select {
    const { cursor } = this;
    if (cursor.isWord("distinct")) throw invalid("Unsupported token in expression: DISTINCT");
    const isShape = cursor.isWord("value") || cursor.isWord("pivot");
    if (isShape && !cursor.isSymbol(",", 1) && !cursor.isWord("from", 1))
      throw invalid("Select projection doesn't support value or pivot keywords");
    const columns = cursor.takeSymbol("*") ? undefined : this.columns();
    cursor.needWord("from");
    const source = this.source();
    if (cursor.isSymbol(",")) throw invalid("Only select from a single table or index is supported.");
    const where = this.where();
    if (cursor.isWord("group")) throw invalid("Unsupported clause: GROUP BY");
    if (cursor.isWord("having")) throw invalid("Unsupported clause: HAVING");
    const orderBy = this.orderBy();
    if (cursor.takeWord("limit")) throw invalid(`Unsupported clause: LIMIT at ${printPlace(cursor.peek().place)}`);
    return { kind: "select", source, columns, where, orderBy };
  }

  private columns(): Path[] {
    const columns: Path[] = [];
    do columns.push(this.column());
    while (this.cursor.takeSymbol(","));
    return columns;
  }

  private column(): Path {
    const { cursor } = this;
    if (cursor.isIdentifier() && cursor.isSymbol(".", 1) && cursor.isSymbol("*", 2))
      throw invalid("Changing item's hierarchy while reading isn't supported");
    const { place } = cursor.peek();
    const found = this.expressions.expression();
    if (found.kind !== "path") throw invalid(`Unexpected path component at ${printPlace(place)}`);
    if (cursor.isWord("as") || cursor.isIdentifier()) throw invalid("Aliasing is not supported");
    return found.path;
  }

  private where(): Expression | undefined {
    return this.cursor.takeWord("where") ? this.expressions.expression() : undefined;
  }

  private orderBy(): OrderBy[] {
    const rows: OrderBy[] = [];
    if (!this.cursor.takeWord("order")) return rows;
    this.cursor.needWord("by");
    do {
      const found = this.expressions.expression();
      if (found.kind !== "path" || found.path.length !== 1)
        throw invalid(`Argument to ORDER BY must be of type VariableReference. Type: ${found.kind.toUpperCase()}`);
      const descending = this.cursor.takeWord("desc");
      if (!descending) this.cursor.takeWord("asc");
      rows.push({ name: String(found.path[0]), descending });
    } while (this.cursor.takeSymbol(","));
    return rows;
  }

  private insert(): Statement {
    const { cursor } = this;
    cursor.needWord("into");
    const path = this.expressions.path();
    const [table = "", ...more] = path.map(String);
    if (more.length > 0) throw invalid("FROM clause may only contain a single table name in data manipulation statements");
    if (!cursor.takeWord("value")) {
      cursor.takeWord("values");
      this.expressions.expression();
      throw invalid("Unsupported operation: InsertOp");
    }
    const value = this.expressions.expression();
    if (cursor.isWord("returning")) throw invalid("RETURNING is not supported in INSERT");
    return { kind: "insert", source: { table }, value };
  }

  private actions(): Action[] {
    const actions: Action[] = [];
    for (;;) {
      if (this.cursor.takeWord("remove")) actions.push({ kind: "remove", path: this.expressions.path() });
      else if (this.cursor.takeWord("set")) {
        do actions.push(this.assignment());
        while (this.cursor.takeSymbol(","));
      } else break;
    }
    if (actions.length === 0) throw this.cursor.fail();
    return actions;
  }

  private assignment(): Action {
    const path = this.expressions.path();
    this.cursor.needSymbol("=");
    return { kind: "set", path, value: this.expressions.expression() };
  }

  private update(source: Source): Statement {
    const actions = this.actions();
    const where = this.where();
    return { kind: "update", source, actions, where, returning: this.returning() };
  }

  private delete(): Statement {
    this.cursor.needWord("from");
    const source = this.source();
    const where = this.where();
    return { kind: "delete", source, where, returning: this.returning() };
  }

  /** PartiQL's other form of UPDATE: `FROM t WHERE … SET …`. */
  private fromUpdate(): Statement {
    const source = this.source();
    const where = this.where();
    const actions = this.actions();
    return { kind: "update", source, actions, where, returning: this.returning() };
  }

  private returning(): Returning | undefined {
    const { cursor } = this;
    if (!cursor.takeWord("returning")) return undefined;
    const scope = cursor.takeWord("all") ? "ALL" : cursor.takeWord("modified") ? "MODIFIED" : undefined;
    const image = cursor.takeWord("new") ? "NEW" : cursor.takeWord("old") ? "OLD" : undefined;
    if (scope === undefined || image === undefined) throw cursor.fail();
    if (!cursor.takeSymbol("*")) {
      this.expressions.expression();
      throw invalid("Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
    }
    if (cursor.isSymbol(",")) throw invalid("Invalid syntax with multiple returning elements in RETURNING clause");
    return { scope, image };
  }
}

/** Throws ValidationException. */
export function parseStatement(text: string): ParsedStatement {
  const parser = new StatementParser(text);
  const statement = parser.statement();
  return { statement, parameters: parser.expressions.parameters };
}
