using System.Globalization;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Topics.Expectations;

namespace ReuseBench.Bench.Cli;

/// <summary>The result of one swarm for a reader at a terminal.</summary>
internal static class LoadSummary
{
    private static readonly double[] Shown = [50, 90, 99, 99.9, 100];

    /// <summary>Rows of the histogram, and characters of its longest bar.</summary>
    private const int HistogramRows = 10;
    private const int HistogramWidth = 36;

    /// <summary>Workers that a screen has room for; a server may name thousands.</summary>
    private const int MaxWorkers = 64;

    /// <param name="d">What the swarm measured.</param>
    /// <param name="verdict">By the rules of a run.</param>
    /// <param name="output">Gets about one screen.</param>
    public static void Print(LoadDocument d, Verdict verdict, TextWriter output)
    {
        bool isOpen = d.Load == Names.Of(LoadShape.Open);
        output.WriteLine($"{d.Target}: {d.Workload}, {Load(d)}, {d.DurationS:0.##} s measured after {d.WarmupS:0.##} s of warm-up");
        output.WriteLine($"  requests     {d.Requests} 2xx responses, {PerS(d.ThroughputRps)}");
        if (d.RequestsFailed > 0)
        {
            output.WriteLine($"               {d.RequestsFailed} that were due had no such response: they are in no latency");
        }

        output.WriteLine($"  connections  {d.ConnectionsOpened} newly opened, {PerS(d.ConnectionsPerS)}");
        PrintBytes(d, output);
        if (isOpen)
        {
            output.WriteLine(
                $"  schedule     {d.Scheduled} due, {PerS(d.RateRpsAchieved)} carried, {d.Dropped ?? 0} dropped unstarted for want of a connection");
            output.WriteLine(
                $"  start lag    p50 {Us(d.LagP50Us)}, p99 {Us(d.LagP99Us)}, max {Us(d.LagMaxUs)}, {Share(d.LateShare)} started over 1 ms late, "
                + $"{Share(d.WaitedShare)} waited over 1 ms for a connection");
            output.WriteLine(
                $"  read lag     p50 {Us(d.ReadLagP50Us)}, p99 {Us(d.ReadLagP99Us)}, max {Us(d.ReadLagMaxUs)} "
                + "from when the kernel had a response to when it was read");
        }
        else if (BusyConnections(d) is double busy)
        {
            output.WriteLine($"  loop         {busy:0.#} of {d.Connections} connections had a request in progress (throughput × mean latency, Little's law)");
        }

        output.WriteLine(
            $"  client       {d.ClientCpuS:0.##} s of CPU, busiest thread {d.ClientBusyShare:0 %} on CPU, "
            + $"not waiting {d.ClientNeverIdleShare:0 %} of the time");
        PrintLatency(d, isOpen, output);
        PrintLife(d, output);
        foreach (string warning in d.Warnings)
        {
            output.WriteLine($"warning: {warning}");
        }

        PrintVerdict(verdict, output);
    }

    private static void PrintBytes(LoadDocument d, TextWriter output)
    {
        if (d.Life.BytesReceived is long bytes && d.Life.Answers > 0)
        {
            double each = (double)bytes / d.Life.Answers;
            string rate = d.ThroughputRps is double rps ? $"{Bytes(rps * each)}/s, " : "";
            output.WriteLine($"  bytes        {rate}{Bytes(each)} a response; {Bytes(bytes)} received in all");
        }
    }

    private static void PrintLatency(LoadDocument d, bool isOpen, TextWriter output)
    {
        output.WriteLine(isOpen ? "latency, from the intended time" : "latency, from the send (a closed loop pauses while the server stalls)");
        output.WriteLine(
            $"  mean {Us(d.LatencyMeanUs)}, p50 {Us(d.LatencyP50Us)}, p90 {Us(d.LatencyP90Us)}, p99 {Us(d.LatencyP99Us)}, p99.9 {Us(d.LatencyP999Us)}, "
            + $"max {Us(d.LatencyMaxUs)}");
        foreach (string why in WhyLeftOut(d))
        {
            output.WriteLine($"  left out: {why}");
        }

        foreach (string row in HistogramOf(d))
        {
            output.WriteLine($"  {row}");
        }

        if (isOpen)
        {
            output.WriteLine($"  from send    p50 {Us(d.FromSendP50Us)}, p99 {Us(d.FromSendP99Us)}, max {Us(d.FromSendMaxUs)} (hides what a stall costs)");
        }

        if (d.ConnectP50Us is not null)
        {
            output.WriteLine($"  connect      p50 {Us(d.ConnectP50Us)}, p99 {Us(d.ConnectP99Us)}");
        }
    }

    /// <summary>Rows whose bounds have one ratio, from the fastest to the slowest: a tail of a hundred times the median stays in sight.</summary>
    private static IEnumerable<string> HistogramOf(LoadDocument d)
    {
        if (!d.Histograms.TryGetValue(Phases.Request, out string? encoded)
            || LatencyHistogram.Parse(Convert.FromBase64String(encoded)) is not { Count: > 0 } histogram)
        {
            yield break;
        }

        (double low, double high) = (histogram.PercentileUs(0)!.Value, histogram.PercentileUs(100)!.Value);
        int rows = high > low * 1.01 ? HistogramRows : 1;
        double[] bounds = [.. Enumerable.Range(1, rows).Select(i => i == rows ? high : low * Math.Pow(high / low, (double)i / rows))];
        long[] counts = [.. bounds.Select((bound, i) => histogram.CountUpTo(bound) - (i == 0 ? 0 : histogram.CountUpTo(bounds[i - 1])))];
        string[] heads = [.. bounds.Select(b => $"≤ {Us(b)}")];
        int width = heads.Max(h => h.Length);
        int digits = $"{counts.Max()}".Length;
        for (int i = 0; i < rows; i++)
        {
            string bar = Bar.Of((double)counts[i] / counts.Max(), HistogramWidth, ' ');
            yield return $"{heads[i].PadLeft(width)} {$"{counts[i]}".PadLeft(digits)} {bar}".TrimEnd();
        }
    }

    private static void PrintLife(LoadDocument d, TextWriter output)
    {
        string again = d.Life.ReusedClosed > 0 ? $", {d.Life.ReusedClosed} sent again on a new connection, theirs being closed" : "";
        output.WriteLine("in the whole life, warm-up and drain included");
        output.WriteLine($"  requests     {d.Life.RequestsSent} sent, {d.Life.Answers} responses{again}");
        output.WriteLine($"  status       {Statuses(d)}");
        output.WriteLine($"  connections  {d.Life.ConnectionsOpened} opened, {d.Life.FailedConnects} failed");
        if (d.AnswersByWorker.Count > 0)
        {
            IEnumerable<string> shown = d.AnswersByWorker.Take(MaxWorkers).Select(w => $"{TextFromOutside.Clip(w.Key)}: {w.Value}");
            output.WriteLine($"  by worker    {string.Join(", ", shown)}");
        }

        if (d.AnswersByWorker.Count > MaxWorkers)
        {
            output.WriteLine($"               {d.AnswersByWorker.Count - MaxWorkers} more; all of them are in --json");
        }

        foreach (ErrorCount error in d.Errors)
        {
            output.WriteLine($"  failed       {error.Count} × {FailureText.Of(error)}");
        }
    }

    /// <summary>Such as <c>990 × 2xx, 10 × 404</c>.</summary>
    private static string Statuses(LoadDocument d)
    {
        ErrorCount[] others = [.. d.Errors.Where(e => FailureText.IsStatus(e.Error)).OrderByDescending(e => e.Count)];
        long good = d.Life.Answers - others.Sum(o => o.Count);
        return string.Join(", ", others.Select(o => $"{o.Count} × {FailureText.StatusOf(o.Error)}").Prepend($"{good} × 2xx"));
    }

    private static void PrintVerdict(Verdict verdict, TextWriter output)
    {
        output.WriteLine(
            $"verdict: throughput {Names.Of(verdict.GradeFor(Figures.Throughput))}, latency {Names.Of(verdict.GradeFor(Figures.Latency))}, "
            + "as far as the client can tell");
        foreach (VerdictRule rule in verdict.Reasons)
        {
            output.WriteLine($"  {rule.Code}: {rule.Text}");
        }
    }

    /// <summary>Such as <c>p99, p99.9 (500 values are too few)</c>: those with one reason stand together.</summary>
    private static IEnumerable<string> WhyLeftOut(LoadDocument d) =>
        from percentile in Shown
        let why = PercentileRule.WhyNot(d.LatencyCount ?? 0, d.RequestsFailed ?? 0, percentile)
        where why is not null
        group NameOf(percentile) by why[..why.IndexOf(" for percentile", StringComparison.Ordinal)] into left
        select $"{string.Join(", ", left)} ({left.Key})";

    private static string NameOf(double percentile) => percentile == 100 ? "max" : string.Create(CultureInfo.InvariantCulture, $"p{percentile:0.#}");

    private static double? BusyConnections(LoadDocument d) => d.ThroughputRps * d.LatencyMeanUs * 1e-6;

    private static string Load(LoadDocument d) => d.RateRpsRequested is double rate
        ? string.Create(CultureInfo.InvariantCulture, $"open loop at {rate:0.########}/s ({d.Arrivals})")
        : $"closed loop on {d.Connections} connections";

    /// <summary>A rate below one in ten seconds is no rate of 0.</summary>
    private static string PerS(double? rate) => rate is double value and not 0 and < 1 ? $"{value:0.####} per second" : $"{rate:0.#} per second";

    private static string Share(double? share) => share is double value ? $"{value:0.00 %}" : "-";

    private static string Bytes(double count) => count switch
    {
        < 1e3 => $"{count:0} B",
        < 1e6 => $"{count / 1e3:0.##} kB",
        < 1e9 => $"{count / 1e6:0.##} MB",
        _ => $"{count / 1e9:0.##} GB",
    };

    private static string Us(double? value) => value switch
    {
        null => "-",
        < 1000 => $"{value:0.#} µs",
        < 1_000_000 => $"{value / 1000:0.##} ms",
        _ => $"{value / 1_000_000:0.##} s",
    };
}

/// <summary>How a load came out, for whoever started it.</summary>
/// <param name="ExitCode">Of <see cref="ExitCodes"/>.</param>
/// <param name="Reason">Why it is not 0, in one line.</param>
internal sealed record LoadOutcome(int ExitCode, string? Reason)
{
    private const int MostNamed = 4;

    /// <param name="d">What the swarm measured.</param>
    /// <param name="row">The same, judged.</param>
    /// <param name="askedS">Length of the window that was asked for, seconds.</param>
    /// <param name="interrupted">Whether Ctrl-C or SIGTERM ended it.</param>
    public static LoadOutcome Of(LoadDocument d, ResultRow row, double askedS, bool interrupted)
    {
        if (interrupted)
        {
            return new LoadOutcome(
                ExitCodes.Interrupted,
                d.DurationS > 0 ? $"stopped after {d.DurationS:0.##} of {askedS:0.##} s of measuring" : "stopped before the measured window began");
        }

        return WhyNothingValid(d, row) is { } why
            ? new LoadOutcome(ExitCodes.NothingValid, $"nothing valid was measured: {why}")
            : new LoadOutcome(ExitCodes.Success, null);
    }

    private static string? WhyNothingValid(LoadDocument d, ResultRow row)
    {
        ErrorCount[] statuses = [.. d.Errors.Where(e => FailureText.IsStatus(e.Error)).OrderByDescending(e => e.Count)];
        if (d.Life.Answers > 0 && d.Life.Answers <= statuses.Sum(s => s.Count))
        {
            return $"none of {d.Life.Answers} responses had a status of 2xx ({Listed(statuses, s => FailureText.StatusOf(s.Error))})";
        }

        if (d.Life.Answers == 0)
        {
            ErrorCount[] errors = [.. d.Errors.OrderByDescending(e => e.Count)];
            return errors.Length == 0 ? "there was no response" : $"there was no response ({Listed(errors, FailureText.Of)})";
        }

        Figures purpose = VerdictRules.PurposeOf(row.Cell.Experiment);
        string[] codes = [.. row.Verdict.Reasons.Where(r => r.Grade == Grade.Invalid && (r.Affects & purpose) != 0).Select(r => r.Code)];
        return codes.Length == 0 ? null
            : codes.Contains(VerdictRules.NothingMeasured.Code) ? "no good response came within the measured window"
            : $"{purpose.ToString().ToLowerInvariant()} is invalid ({string.Join(", ", codes)})";
    }

    private static string Listed(ErrorCount[] errors, Func<ErrorCount, string> name)
    {
        string named = string.Join(", ", errors.Take(MostNamed).Select(e => $"{e.Count} × {name(e)}"));
        return errors.Length > MostNamed ? $"{named}, and {errors.Length - MostNamed} more kinds" : named;
    }
}

/// <summary>Thresholds of a load alone: it has one cell with one repeat.</summary>
internal static class LoadThresholds
{
    /// <exception cref="UsageException">One of them is about what a load does not have.</exception>
    public static IReadOnlyList<Expectation> Required(IReadOnlyList<Expectation> expectations)
    {
        Expectation? other = expectations.FirstOrDefault(e => e.IsRatio || (e.Metric is { } metric && metric.Row != typeof(ResultRow)));
        return other is null
            ? expectations
            : throw new UsageException(
                $"expect: '{other.Text}': a load has the metrics of results.csv alone, and nothing to compare with; use run or restart for {other.Name}");
    }

    /// <param name="outcome">Of the load.</param>
    /// <param name="expectations">Of its user.</param>
    /// <param name="failOn">Null for none.</param>
    /// <param name="row">What was measured, judged.</param>
    /// <param name="output">Gets a line for each.</param>
    public static LoadOutcome Held(
        LoadOutcome outcome, IReadOnlyList<Expectation> expectations, Grade? failOn, ResultRow row, TextWriter output)
    {
        MeasuredCell[] cells = [new MeasuredCell("load", [new MeasuredRepeat { Row = row }])];
        ExpectationResult[] results = [.. expectations.Select(e => ExpectationResult.Of(e, cells))];
        foreach (ExpectationResult result in results)
        {
            output.WriteLine(ExpectationTopic.LineOfLoad(result));
        }

        bool isGradeHit = row.Grade >= failOn;
        int failed = results.Count(r => r.Standing == ExpectationStanding.Fail);
        int undecided = results.Count(r => r.Standing == ExpectationStanding.Undecided);
        return outcome.ExitCode != ExitCodes.Success ? outcome
            : failed > 0 ? new LoadOutcome(ExitCodes.Threshold, $"expect: {failed} of {results.Length} failed")
            : isGradeHit ? new LoadOutcome(ExitCodes.Threshold, $"fail-on {Names.Of(failOn!.Value)}: the load is {Names.Of(row.Grade)}")
            : undecided > 0 ? new LoadOutcome(ExitCodes.NothingValid, $"expect: {undecided} of {results.Length} cannot be decided")
            : outcome;
    }
}
