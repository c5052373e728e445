using System.Globalization;

namespace ReuseBench.Core.Results;

/// <summary>
/// Bind attempts one after the other that came out alike; a wait for TIME_WAIT makes tens of thousands of them. As text, in a list of such
/// runs, <c>EADDRINUSE*398@0.612..803.401;ok*1@805.512..805.512</c>: outcome, how many, when the first and the last were made.
/// </summary>
/// <param name="Outcome">Name of the errno of bind(2) or listen(2), or <see cref="Bound"/>.</param>
/// <param name="Count">At least 1.</param>
/// <param name="FirstMs">From the moment the stop was asked for; negative where the successor came first.</param>
/// <param name="LastMs">Likewise.</param>
public sealed record BindRun(string Outcome, int Count, double FirstMs, double LastMs)
{
    /// <summary>The attempt that succeeded.</summary>
    public const string Bound = "ok";

    private const char Separator = ';';
    private const string Range = "..";

    /// <summary>Runs of attempts that are in the order of their times.</summary>
    /// <param name="attempts">Outcome and time of each, as this record has them.</param>
    public static IReadOnlyList<BindRun> Of(IEnumerable<(string Outcome, double AtMs)> attempts)
    {
        List<BindRun> runs = [];
        foreach ((string outcome, double atMs) in attempts)
        {
            if (runs.Count > 0 && runs[^1].Outcome == outcome)
            {
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1, LastMs = atMs };
            }
            else
            {
                runs.Add(new BindRun(outcome, 1, atMs, atMs));
            }
        }

        return runs;
    }

    /// <returns>Null for no attempt.</returns>
    public static string? Format(IReadOnlyList<BindRun> runs) =>
        runs.Count == 0 ? null : string.Join(Separator, runs.Select(run => run.ToText()));

    /// <param name="text">What <see cref="Format"/> made.</param>
    /// <exception cref="UsageException">It is not.</exception>
    public static IReadOnlyList<BindRun> Parse(string? text) =>
        [.. (text ?? "").Split(Separator, StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    private static BindRun ParseOne(string text)
    {
        string[] parts = text.Split('*', '@');
        string[] ends = parts.Length == 3 ? parts[2].Split(Range) : [];
        return ends.Length == 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && double.TryParse(ends[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double first)
            && double.TryParse(ends[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double last)
            ? new BindRun(parts[0], count, first, last)
            : throw new UsageException($"restarts.csv: bind_runs: '{text}' is not OUTCOME*COUNT@FIRST..LAST in ms; restore the file");
    }

    private string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Outcome}*{Count}@{FirstMs:0.###}{Range}{LastMs:0.###}");
}
