using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tuning;

/// <summary>The answer to one question.</summary>
/// <param name="Request">The question.</param>
/// <param name="Answer">What was found.</param>
/// <param name="InvalidReasons">Why repeats were invalid, with how often.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Repeats">How many repeats that were.</param>
/// <param name="NotAtLimit">In how many of them something else than the server's CPUs was the limit.</param>
internal sealed record TuneResult(
    TuneRequest Request, WorkerAnswer Answer, IReadOnlyDictionary<string, int> InvalidReasons, double Seconds, int Repeats, int NotAtLimit);

/// <summary>An answer in words, as a line to paste, and as JSON.</summary>
internal static class TuneText
{
    /// <summary>In the run folder.</summary>
    public const string FileName = "tune.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Write(string folder, IReadOnlyList<TuneResult> results) => File.WriteAllText(Path.Combine(folder, FileName), ToJson(results) + "\n");

    public static string ToJson(IReadOnlyList<TuneResult> results) => JsonSerializer.Serialize(
        results.Select(r => new
        {
            Variant = r.Request.IsForeign ? null : Names.Of(r.Request.Server.Variant),
            Accept = r.Request.Server.Variant == Variant.Shared ? Names.Of(r.Request.Server.Accept) : null,
            Workload = $"{r.Request.Load.Workload}",
            ServiceTime = $"{r.Request.Server.ServiceTime}",
            RateRps = r.Request.Rate,
            Slo = r.Request.Objectives.Select(o => o.Text),
            MarginShare = r.Request.Margin,
            Figure = FigureOf(r.Request),
            r.Answer.Workers,
            r.Answer.IsProven,
            r.Answer.Problem,
            r.Answer.Confirmed,
            Screened = r.Answer.Curve.Select(c => new { c.Workers, c.Median, c.Repeats }),
            r.Answer.Doubling,
            ConfirmingRounds = r.Answer.Rounds,
            r.Answer.RanOutOfTime,
            r.Repeats,
            SecondsTaken = Math.Round(r.Seconds, 1),
            r.InvalidReasons,
        }),
        Options);

    /// <summary>What a dry run says: the questions, how long they may take, and where server and swarm would run.</summary>
    public static string PlanToJson(IReadOnlyList<TuneRequest> requests, RunOptions options) => JsonSerializer.Serialize(
        new
        {
            options.Folder,
            BudgetS = requests.Sum(r => r.Budget.Seconds),
            Cpus = PlanText.CpusOf(options),
            Questions = requests.Select(r => new
            {
                Variant = Names.Of(r.Server.Variant),
                Accept = r.Server.Variant == Variant.Shared ? Names.Of(r.Server.Accept) : null,
                Workload = $"{r.Load.Workload}",
                ServiceTime = $"{r.Server.ServiceTime}",
                RateRps = r.Rate,
                Slo = r.Objectives.Select(o => o.Text),
                MarginShare = r.Margin,
                Figure = FigureOf(r),
                Workers = r.Counts,
            }),
        },
        Options);

    public static string Describe(TuneResult result)
    {
        (TuneRequest request, WorkerAnswer answer) = (result.Request, result.Answer);
        StringBuilder text = new();
        text.AppendLine(Say($"{Title(request)}: {result.Repeats} repeats in {result.Seconds:0} s"));
        if (answer.Workers is not int workers)
        {
            string why = result.InvalidReasons.Count == 0 ? "" : $" (invalid: {string.Join(", ", result.InvalidReasons.Select(r => $"{r.Key} × {r.Value}"))})";
            return text.Append($"  No answer: {answer.Problem}{why}.").ToString();
        }

        foreach ((int count, double median, int repeats) in answer.Curve)
        {
            WorkerPoint? point = answer.Confirmed.FirstOrDefault(p => p.Workers == count);
            string confirmed = point is null
                ? "screened"
                : Say($"{point.Ratio:0.00} × the best, {Interval(point.Low, point.High)}, {point.Repeats} confirming repeats: {Words(point.Standing)}");
            text.AppendLine(Say($"  {Plural(count),12}  {Value(request, point?.Median ?? median),-16} {confirmed}"));
        }

        WorkerPoint chosen = answer.Confirmed.First(p => p.Workers == workers);
        string interval = Interval(chosen.Low, chosen.High);
        text.AppendLine(answer.IsProven
            ? Say($"  Answer: {Plural(workers)}: the smallest count that is shown to be within {request.Margin:0.#%} of the best ({interval}).")
            : Say($"  Answer, not proven: {Plural(workers)}; {interval} of the best still allows more than {request.Margin:0.#%} less. ")
                + (answer.RanOutOfTime ? "A larger --budget gives more repeats." : "A longer --duration makes the repeats steadier."));
        if (answer.Confirmed.LastOrDefault(p => p.Workers < workers && p.Standing == Standing.Open) is { } open)
        {
            text.AppendLine(Say($"  {Plural(open.Workers)} may do as well: {open.Ratio:0.00} × the best, {Interval(open.Low, open.High)}."));
        }

        text.AppendLine(answer.Doubling is { } doubling
            ? Say($"  Twice as many would bring {doubling.Ratio:0.00} × its {FigureOf(request)}, {Interval(doubling.Low, doubling.High)}.")
            : Say($"  Twice as many were not confirmed; the screening's curve is above."));
        if (result.NotAtLimit * 2 > result.Repeats)
        {
            text.AppendLine("  The server was not at its limit in most repeats: the clients, a lock or waiting set the figures. More client CPUs or a longer "
                + "--service-time tell.");
        }

        return text.Append(request.IsForeign ? Say($"  workers = {workers}") : Say($"  {Line(request.Server, workers)}")).ToString();
    }

    /// <summary>The answer in one line, above its curve.</summary>
    public static string Headline(TuneResult result) => result.Answer.Workers is int workers
        ? $"{Plural(workers)}{(result.Answer.IsProven ? "" : " (not proven)")}: {Title(result.Request)}"
        : $"No answer: {Title(result.Request)}";

    /// <summary>The axis of its curve.</summary>
    public static string Axis(TuneRequest request) => (request.Rate, request.Objectives.Count) switch
    {
        (null, 0) => "requests/s",
        (null, _) => "highest rate that holds, requests/s",
        (_, 0) => "p99, µs",
        _ => "held (1) or not (0.1)",
    };

    /// <summary>What to paste: the server that was found, as <c>serve</c> takes it.</summary>
    private static string Line(ServerSettings server, int workers) => "reusebench serve "
        + string.Join(' ', CellSettings.ToArguments(server with { Workers = workers }).Chunk(2).Where(a => a[0] is "--variant" or "--accept" or "--workers"
            && (a[0] != "--accept" || server.Variant == Variant.Shared)).Select(a => $"{a[0]} {a[1]}"));

    private static string Title(TuneRequest request)
    {
        string accept = request.Server.Variant == Variant.Shared ? $", {Names.Of(request.Server.Accept)}" : "";
        string who = request.IsForeign ? "the target" : $"{Names.Of(request.Server.Variant)}{accept}";
        string service = request.Server.ServiceTime.Mean > Duration.Zero ? $", service time {request.Server.ServiceTime}" : "";
        string load = request.Rate is double rate ? Say($"at {rate:0.###} requests/s") : "at saturation";
        string slo = request.Objectives.Count > 0 ? $", holding {string.Join(" and ", request.Objectives.Select(o => o.Text))}" : "";
        return $"{who}, {request.Load.Workload}{service}, {load}{slo}";
    }

    private static string FigureOf(TuneRequest request) => (request.Rate, request.Objectives.Count) switch
    {
        (null, 0) => "throughput",
        (null, _) => "highest rate that holds",
        (_, 0) => "p99",
        _ => "objective held",
    };

    private static string Value(TuneRequest request, double value) => (request.Rate, request.Objectives.Count) switch
    {
        (null, _) => Say($"{value:0} requests/s"),
        (_, 0) => Say($"p99 {value:0} µs"),
        _ => value > 0.5 ? "held" : "not held",
    };

    private static string Words(Standing standing) => standing switch
    {
        Standing.AsGood => "as good",
        Standing.Worse => "worse",
        _ => "open",
    };

    private static string Interval(double low, double high) =>
        low <= 0 || double.IsInfinity(high) ? "no interval yet" : Say($"95 % {low:0.00} to {high:0.00}");

    private static string Plural(int workers) => workers == 1 ? "1 worker" : $"{workers} workers";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).Replace("%", " %", StringComparison.Ordinal)
        .Replace("  %", " %", StringComparison.Ordinal);
}
