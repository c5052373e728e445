using HdrHistogram;
using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Reports.Tables;

/// <summary>One repeat of a cell: its row, its verdict, and what the other tables hold of it.</summary>
public sealed class MeasuredRepeat
{
    private readonly Dictionary<string, HistogramBase?> _histograms = [];

    public required ResultRow Row { get; init; }

    public IReadOnlyList<FairnessRow> Listeners { get; init; } = [];

    /// <summary>What an ideal hash would make of it.</summary>
    public ChanceOfRepeat Chance { get; init; } = new([]);

    public IReadOnlyList<RestartRow> Restarts { get; init; } = [];

    /// <summary>Its percentiles; those that may not be given have no row.</summary>
    public IReadOnlyList<LatencyRow> Latencies { get; init; } = [];

    public IReadOnlyList<HistogramRow> Histograms { get; init; } = [];

    /// <summary>
    /// The reasons of the row. Where its <c>verdict</c> is worse than they explain, or a failure is noted, a reason is added that
    /// spoils everything: what is not understood is not valid.
    /// </summary>
    public Verdict Verdict => field ??= Judge(Row);

    /// <summary>What its experiment is about.</summary>
    public Figures About => VerdictRules.FiguresOf(Row.Cell.Experiment);

    /// <summary>For the figures that its experiment is about; a reason that touches others only is none here.</summary>
    public Grade Grade => Verdict.GradeFor(About);

    /// <summary>Whether a figure of this repeat may be shown as measured.</summary>
    public bool IsValid(Figures figures) => Verdict.GradeFor(figures) != Grade.Invalid;

    /// <summary>Requests that are in no latency of this repeat; tables of an earlier version know the errors in the window alone.</summary>
    public long RequestsFailed => Row.RequestsFailed
        ?? Row.ErrorsRefused + Row.ErrorsReset + Row.ErrorsTimeout + Row.ErrorsAddress + Row.ErrorsHttp + Row.ErrorsProtocol + Row.ErrorsOther;

    /// <summary>A percentile of the latency in microseconds; null where <see cref="PercentileRule"/> does not allow it.</summary>
    /// <param name="percentile">One of those that <c>latency.csv</c> has.</param>
    public double? LatencyUs(double percentile) => Latencies.FirstOrDefault(l => l.Phase == Phases.Request && l.Percentile == percentile)?.LatencyUs;

    /// <returns>Null where the phase was not recorded, or recorded nothing.</returns>
    /// <exception cref="UsageException">The stored text is not a histogram.</exception>
    public HistogramBase? Histogram(string phase)
    {
        if (!_histograms.TryGetValue(phase, out HistogramBase? histogram))
        {
            histogram = Histograms.LastOrDefault(h => h.Phase == phase) is { HdrV2Base64.Length: > 0 } row ? Decode(row) : null;
            _histograms[phase] = histogram?.TotalCount > 0 ? histogram : null;
        }

        return _histograms[phase];
    }

    private static HistogramBase Decode(HistogramRow row)
    {
        try
        {
            return HistogramCodec.FromBase64(row.HdrV2Base64);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidDataException or IndexOutOfRangeException)
        {
            throw new UsageException(
                $"{Core.Results.Tables.Histograms.FileName}: the histogram of cell {row.CellId}, repeat {row.Repeat}, phase {row.Phase} is not HdrHistogram V2 ({e.Message}); restore the file");
        }
    }

    private static Verdict Judge(ResultRow row)
    {
        Verdict verdict = row.Verdict;
        if (row.Failure is not null && verdict.GradeFor(Figures.All) != Grade.Invalid)
        {
            return new Verdict([.. verdict.Reasons, VerdictRules.Failed]);
        }

        return row.Grade <= verdict.Grade ? verdict : new Verdict([.. verdict.Reasons, Unexplained(row.Grade)]);
    }

    private static VerdictRule Unexplained(Grade grade) => new(
        "unexplained", Figures.All, Grade.Invalid,
        $"The row's verdict ('{Core.Units.Names.Of(grade)}') is worse than its reasons, so nothing of it is valid.", "", _ => false);
}
