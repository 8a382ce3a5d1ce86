import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Ruler;

/** Reads `["pattern", "event"]` a line, answers `true`, `false` or `refused` a line, by AWS's own matcher. */
public class RulerServer {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    StringBuilder out = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode pair = mapper.readTree(line);
      try {
        out.append(Ruler.matchesRule(pair.get(1).asText(), pair.get(0).asText())).append('\n');
      } catch (Exception refused) {
        out.append("refused\n");
      }
    }
    System.out.print(out);
  }
}
