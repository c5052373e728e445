using System.Globalization;
using System.Text.RegularExpressions;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Results;

/// <summary>
/// A threshold of the user's: a metric by its column with an operator and a value (<c>gap_ms &lt; 50</c>, <c>latency_p99_us &lt; 2ms</c>,
/// <c>errors = 0</c>), or the ratio of two ways of listening (<c>ratio: reuseport/single &gt; 1.1</c>).
/// </summary>
/// <param name="Metric">The metric; null for <see cref="Errors"/>, and in a ratio for the throughput.</param>
/// <param name="Numerator">In a ratio: as in labels, such as <c>reuseport</c> or <c>shared-epoll-exclusive</c>; null otherwise.</param>
/// <param name="Denominator">Likewise.</param>
/// <param name="Operator">What must hold between measured value and limit.</param>
/// <param name="Limit">In the metric's unit.</param>
public sealed partial record Expectation(Metric? Metric, string? Numerator, string? Denominator, ComparisonOperator Operator, double Limit)
{
    /// <summary>All failed connects and requests of a repeat, and requests that were dropped unstarted.</summary>
    public const string Errors = "errors";

    private const string RatioName = "ratio";

    private static readonly Type[] Rows = [typeof(ResultRow), typeof(RestartRow), typeof(FairnessRow)];

    private static readonly (string Text, ComparisonOperator Operator)[] Operators =
    [
        ("<=", ComparisonOperator.AtMost), (">=", ComparisonOperator.AtLeast), ("==", ComparisonOperator.Equal), ("!=", ComparisonOperator.Differs),
        ("<", ComparisonOperator.Below), (">", ComparisonOperator.Above), ("=", ComparisonOperator.Equal), (":", ComparisonOperator.Equal),
    ];

    public bool IsRatio => Numerator is not null;

    /// <summary>
    /// Whether each repeat must hold it, and not the median alone: a count of what goes wrong is an event, and not a quantity with a middle.
    /// </summary>
    public bool IsOfEachRepeat => !IsRatio && (Metric is null || (Metric.Unit == "count" && Metric.Better == Better.Lower));

    /// <summary>As it can be read again.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Name} {Sign} {Limit}");

    /// <summary>What is compared, without the limit.</summary>
    public string Name => IsRatio
        ? $"{RatioName}{(Metric is null ? "" : $" {Metric.Column}")} {Numerator}/{Denominator}"
        : Metric?.Column ?? Errors;

    private string Sign => Operators.First(o => o.Operator == Operator).Text;

    /// <summary>Metrics that can be named.</summary>
    private static IEnumerable<Metric> Known => Metrics.All.Where(m => Rows.Contains(m.Row));

    /// <param name="text">Such as <c>gap_ms &lt; 50</c>.</param>
    /// <exception cref="UsageException">It is no threshold; the message begins with <c>expect: </c> and says what would be one.</exception>
    public static Expectation Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success)
        {
            throw Problem(text, "write METRIC OPERATOR VALUE, such as 'gap_ms < 50', 'errors = 0' or 'ratio: reuseport/single > 1.1'");
        }

        string name = match.Groups["name"].Value.Trim().TrimEnd(':').TrimEnd();
        string value = match.Groups["value"].Value.Trim();
        ComparisonOperator comparison = Operators.First(o => o.Text == match.Groups["sign"].Value).Operator;
        if (RatioForm().Match(name) is { Success: true } ratio)
        {
            return new Expectation(
                ratio.Groups["metric"] is { Success: true, Value: var of } ? Named(text, of) : null,
                ratio.Groups["above"].Value,
                ratio.Groups["below"].Value,
                comparison,
                Number(value) ?? throw Problem(text, $"a ratio is a plain number, and '{value}' is none"));
        }

        if (name == Errors)
        {
            return new Expectation(
                null, null, null, comparison, Number(value) ?? throw Problem(text, $"{Errors} is a count, and '{value}' is no number"));
        }

        Metric metric = Named(text, name);
        return new Expectation(metric, null, null, comparison, LimitOf(text, metric, value));
    }

    /// <summary>As a matrix has it: <c>gap_ms: &lt; 50</c>, <c>errors: 0</c>, <c>ratio: reuseport/single &gt; 1.1</c>.</summary>
    /// <param name="key">Before the colon.</param>
    /// <param name="value">After it.</param>
    /// <exception cref="UsageException">As of the whole text.</exception>
    public static Expectation Parse(string key, string value)
    {
        string trimmed = value.Trim();
        bool hasOperator = trimmed.Length > 0 && trimmed[0] is '<' or '>' or '=' or '!';
        return Parse(key == RatioName || hasOperator ? $"{key} {trimmed}" : $"{key} = {trimmed}");
    }

    /// <summary>Whether a measured value keeps it.</summary>
    public bool Holds(double value) => Operator switch
    {
        ComparisonOperator.Below => value < Limit,
        ComparisonOperator.AtMost => value <= Limit,
        ComparisonOperator.Above => value > Limit,
        ComparisonOperator.AtLeast => value >= Limit,
        ComparisonOperator.Equal => value == Limit,
        _ => value != Limit,
    };

    private static Metric Named(string text, string name)
    {
        if (Known.FirstOrDefault(m => m.Column == name) is { } metric)
        {
            return metric;
        }

        if (name.StartsWith(RatioName, StringComparison.Ordinal))
        {
            throw Problem(text, "write a ratio as 'ratio: A/B > 1.1', or 'ratio: METRIC A/B < 1', with two ways of listening such as reuseport/single");
        }

        string hint = Nearest.Of(name, Known.Select(m => m.Column).Append(Errors).Append(RatioName)) is { } near ? $"did you mean '{near}'? " : "";
        throw Problem(text, $"'{name}' is no metric; {hint}docs/COLUMNS.md lists those of results.csv, restarts.csv and fairness.csv");
    }

    private static double LimitOf(string text, Metric metric, string value)
    {
        if (Number(value) is double number && (metric.Unit != "share" || number <= 1))
        {
            return number;
        }

        double? converted = metric.Unit switch
        {
            "µs" when Duration.TryParse(value, out Duration time) => time.Microseconds,
            "ms" when Duration.TryParse(value, out Duration time) => time.Milliseconds,
            "s" when Duration.TryParse(value, out Duration time) => time.Seconds,
            "share" => ShareText.Parse(value),
            _ => null,
        };
        return converted ?? throw Problem(text, metric.Unit switch
        {
            "µs" or "ms" or "s" => $"{metric.Column} is in {metric.Unit}: write a number, or a duration such as 50ms, in place of '{value}'",
            "share" => $"{metric.Column} is a share: write a percentage or a share, such as 5% or 0.05, in place of '{value}'",
            var unit => $"{metric.Column} is in {unit}: write a plain number in place of '{value}'",
        });
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    private static UsageException Problem(string text, string problem) => new($"expect: '{TextFromOutside.Clip(text)}': {problem}");

    [GeneratedRegex("^(?<name>[^<>=!:]*?(:[^<>=!:]*?)?)\\s*(?<sign><=|>=|==|!=|<|>|=|:)\\s*(?<value>[^<>=!:\\s][^<>=!:]*)$")]
    private static partial Regex Form();

    [GeneratedRegex("^ratio\\s*:?\\s+((?<metric>[a-z][a-z0-9_]*)\\s+)?(?<above>[^/\\s]+)\\s*/\\s*(?<below>[^/\\s]+)$")]
    private static partial Regex RatioForm();
}

/// <summary>What must hold between a measured value and a limit.</summary>
public enum ComparisonOperator
{
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    Differs,
}
