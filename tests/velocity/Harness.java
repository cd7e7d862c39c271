import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.log.NullLogChute;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * Runs response templates on stock Velocity, the way API Gateway is documented to.
 *
 * <p>Reads lines, and answers each with one. Every word but the first is Base64 of UTF-8, "=" standing for none:
 *
 * <pre>
 * template WORD                 ok | error WORD             takes the template that the next requests meet
 * request (NAME VALUE)*         ok OUTPUT (NAME VALUE)* | error WORD    runs it: its output, and the headers overridden
 * </pre>
 */
public final class Harness {
  /** The headers a template sets: each of them once, or API Gateway answers 5XX. */
  public static final class Overrides extends LinkedHashMap<String, Object> {
    @Override
    public Object put(String name, Object value) {
      if (keySet().stream().anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalStateException(name + " is overridden twice");
      }
      return super.put(name, value);
    }
  }

  /** {@code $input}, as far as a preflight's template may use it. */
  public static final class Input {
    private final Map<String, Map<String, String>> params = new TreeMap<>();

    Input(Map<String, String> headers, Map<String, String> decoys) {
      params.put("header", headers);
      params.put("querystring", decoys);
      params.put("path", decoys);
    }

    public Map<String, Map<String, String>> params() {
      return params;
    }

    public String params(String name) {
      throw new IllegalStateException("$input.params('" + name + "') reads the path and the query as well");
    }
  }

  private final RuntimeInstance velocity = new RuntimeInstance();
  private Template template;

  private Harness() {
    velocity.setProperty(RuntimeConstants.RUNTIME_LOG_LOGSYSTEM, new NullLogChute());
    velocity.init();
  }

  private String answer(String[] words) throws Exception {
    if (words[0].equals("template")) {
      SimpleNode parsed = velocity.parse(new StringReader(words[1]), "preflight");
      template = new Template();
      template.setRuntimeServices(velocity);
      template.setData(parsed);
      template.initDocument();
      return "ok";
    }
    Map<String, String> headers = new TreeMap<>();
    Map<String, String> decoys = new TreeMap<>();
    for (int i = 1; i < words.length; i += 2) {
      // A header's name is told as it came; what a link can say comes under "?name".
      boolean decoy = words[i].startsWith("?");
      (decoy ? decoys : headers).put(decoy ? words[i].substring(1) : words[i], words[i + 1]);
    }
    Overrides overrides = new Overrides();
    VelocityContext context = new VelocityContext();
    context.put("input", new Input(headers, decoys));
    context.put("context", Map.of("responseOverride", Map.of("header", overrides)));
    StringWriter output = new StringWriter();
    template.merge(context, output);
    StringBuilder line = new StringBuilder("ok ").append(encoded(output.toString()));
    overrides.forEach((name, value) -> line.append(' ').append(encoded(name)).append(' ').append(encoded("" + value)));
    return line.toString();
  }

  private static String encoded(String word) {
    return word.isEmpty() ? "=" : Base64.getEncoder().encodeToString(word.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String word) {
    return word.equals("=") ? "" : new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    Harness harness = new Harness();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      for (int i = 1; i < words.length; i++) {
        words[i] = decoded(words[i]);
      }
      String answer;
      try {
        answer = harness.answer(words);
      } catch (Exception | StackOverflowError problem) {
        answer = "error " + encoded(problem.toString());
      }
      out.println(answer);
    }
  }
}
