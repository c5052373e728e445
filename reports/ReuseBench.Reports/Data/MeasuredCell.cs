using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Data;

/// <summary>One cell of the matrix with all its repeats.</summary>
public sealed class MeasuredCell
{
    /// <param name="id">As in the tables.</param>
    /// <param name="repeats">In ascending order; at least one.</param>
    public MeasuredCell(string id, IReadOnlyList<MeasuredRepeat> repeats)
    {
        Id = id;
        Repeats = repeats;

        // A repeat that failed before it was measured does not know under which conditions it would have been: CPUs may be steered, say.
        Row = (repeats.FirstOrDefault(r => r.Verdict.Reasons.All(reason => reason.Code != VerdictRules.Failed.Code)) ?? repeats[0]).Row;
        Cell = Row.Cell;
        Conditions = new Conditions(Cell, Row.Isolation);
        Series = Series.Of(Cell);
    }

    public string Id { get; }

    public IReadOnlyList<MeasuredRepeat> Repeats { get; }

    /// <summary>The settings, typed.</summary>
    public Cell Cell { get; }

    /// <summary>
    /// What was measured once for the cell (threads, queues), and where it ran; of a repeat that did run. Its settings are <see cref="Cell"/>'s.
    /// </summary>
    public ResultRow Row { get; }

    public Conditions Conditions { get; }

    public Series Series { get; }

    public int Workers => Cell.Server.Workers;

    /// <summary>Such as <c>reuseport, 2 workers</c>.</summary>
    public string Label => $"{Series.Label}, {Workers} worker{(Workers == 1 ? "" : "s")}";

    /// <summary>Whether connections were counted where they are accepted, by no server and without requests.</summary>
    public bool IsAcceptOnly => Cell.Driver == Driver.AcceptOnly;

    /// <summary>Whether these figures of the cell may be given at all: of its repeats at least half is valid.</summary>
    public bool IsValid(Figures figures) => 2 * Repeats.Count(r => r.IsValid(figures)) >= Repeats.Count;

    public IEnumerable<MeasuredRepeat> Valid(Figures figures) => Repeats.Where(r => r.IsValid(figures));

    public bool Is(Experiment experiment) => Cell.Experiment == experiment;
}

/// <summary>One repeat of a cell: its row, its verdict, and what the other tables hold of it.</summary>
public sealed class MeasuredRepeat
{
    public required ResultRow Row { get; init; }

    public IReadOnlyList<FairnessRow> Listeners { get; init; } = [];

    /// <summary>What an ideal hash would make of it.</summary>
    public ChanceOfRepeat Chance { get; init; } = new([]);

    public IReadOnlyList<RestartRow> Restarts { get; init; } = [];

    /// <summary>The percentiles of its latency; those that may not be given have no row.</summary>
    public IReadOnlyList<LatencyRow> Latencies { get; init; } = [];

    public IReadOnlyList<PhaseHistogram> Histograms { get; init; } = [];

    /// <summary>Of its CPUs, relative to what is usual in the run on the same ones, over 0; null where it was not measured.</summary>
    public RelativeSpeed? CpuSpeed { get; init; }

    /// <summary>
    /// The reasons of the row, and those that only the whole run shows. Where its <c>verdict</c> is worse than they explain, or a failure is noted, a
    /// reason is added that spoils everything: what is not understood is not valid.
    /// </summary>
    public Verdict Verdict => field ??= RunVerdicts.Over(Judge(Row), Row.Cell, CpuSpeed);

    /// <summary>Whether <c>results.csv</c> has the verdict over the whole run: it gets it when the run ends.</summary>
    public bool IsSettled => ReferenceEquals(RunVerdicts.Over(Row.Verdict, Row.Cell, CpuSpeed), Row.Verdict);

    /// <summary>What its experiment is about.</summary>
    public Figures About => VerdictRules.FiguresOf(Row.Cell.Experiment);

    /// <summary>For the figures that its experiment is about; a reason that touches others only is none here.</summary>
    public Grade Grade => Verdict.GradeFor(About);

    /// <summary>Whether a figure of this repeat may be shown as measured.</summary>
    public bool IsValid(Figures figures) => Verdict.GradeFor(figures) != Grade.Invalid;

    /// <summary>Requests that are in no latency of this repeat; tables of an earlier version know the errors in the window alone.</summary>
    public long RequestsFailed => Row.RequestsFailed
        ?? Row.ErrorsRefused + Row.ErrorsReset + Row.ErrorsTimeout + Row.ErrorsAddress + Row.ErrorsHttp + Row.ErrorsProtocol + Row.ErrorsOther;

    /// <summary>A percentile of the latency in microseconds; null where it may not be given.</summary>
    /// <param name="percentile">One of those that <c>latency.csv</c> has.</param>
    public double? LatencyUs(double percentile) => Latencies.FirstOrDefault(l => l.Percentile == percentile)?.LatencyUs;

    /// <returns>Null where the phase was not recorded, or recorded nothing. Decoded at each call: whoever needs it again keeps what it needs of
    /// it.</returns>
    /// <exception cref="UsageException">What is stored is not a histogram.</exception>
    public LatencyHistogram? Histogram(string phase) =>
        Histograms.LastOrDefault(h => h.Phase == phase)?.Decode(Row) is { Count: > 0 } histogram ? histogram : null;

    /// <summary>When the long values of a phase came; null where that was not recorded. Decoded at each call.</summary>
    /// <exception cref="UsageException">What is stored is damaged.</exception>
    public SlotPeaks? Peaks(string phase) => Histograms.LastOrDefault(h => h.Phase == phase)?.DecodePeaks(Row);

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

/// <summary>A histogram as it is stored, a hundredth of what it is in memory.</summary>
/// <param name="Phase">As in <c>histograms.csv</c>.</param>
/// <param name="Encoded">The compressed V2 encoding.</param>
/// <param name="Peaks">The longest values by time, likewise; null where they were not recorded.</param>
public sealed record PhaseHistogram(string Phase, ReadOnlyMemory<byte> Encoded, byte[]? Peaks = null)
{
    /// <returns>Null where they were not recorded.</returns>
    /// <param name="row">Whose they are, for the message.</param>
    /// <exception cref="UsageException">What is stored is damaged.</exception>
    public SlotPeaks? DecodePeaks(ResultRow row)
    {
        try
        {
            return Peaks is null ? null : SlotPeaks.Parse(Peaks);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new UsageException(
                $"{Tables.Histograms.FileName}: slot_peaks_base64 of cell {row.CellId}, repeat {row.Repeat}, phase {Phase} is damaged ({e.Message}); "
                    + "restore the file");
        }
    }

    /// <returns>Null where nothing is stored.</returns>
    /// <param name="row">Whose it is, for the message.</param>
    /// <exception cref="UsageException">What is stored is not a histogram.</exception>
    public LatencyHistogram? Decode(ResultRow row)
    {
        try
        {
            return Encoded.IsEmpty ? null : LatencyHistogram.Parse(Encoded.Span);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidDataException or IOException or IndexOutOfRangeException
            or OverflowException)
        {
            throw new UsageException(
                $"{Tables.Histograms.FileName}: the histogram of cell {row.CellId}, repeat {row.Repeat}, phase {Phase} is not HdrHistogram V2 "
                    + $"({e.Message}); restore the file");
        }
    }
}

/// <summary>The chance rows of a repeat by name; everything is null where there are none.</summary>
public sealed class ChanceOfRepeat(IEnumerable<ChanceRow> rows)
{
    private readonly ILookup<ChanceStatistic, ChanceRow> _rows = rows.ToLookup(r => r.Statistic);

    public string? ChanceOver => _rows.SelectMany(g => g).FirstOrDefault()?.Over is { } over ? Names.Of(over) : null;

    public long? Choices => Of(ChanceStatistic.ChiSquare)?.Choices ?? Of(ChanceStatistic.MaxOverMean)?.Choices;

    public double? ChoicesMaxOverMean => Of(ChanceStatistic.MaxOverMean)?.Value;

    public double? ChoicesMaxOverMeanExpected => Of(ChanceStatistic.MaxOverMean)?.Expected;

    public double? ChoicesMaxOverMeanLow => Of(ChanceStatistic.MaxOverMean)?.Low;

    public double? ChoicesMaxOverMeanHigh => Of(ChanceStatistic.MaxOverMean)?.High;

    public double? Chi2 => Of(ChanceStatistic.ChiSquare)?.Value;

    public int? Chi2Df => Of(ChanceStatistic.ChiSquare)?.DegreesOfFreedom;

    public double? Chi2P => Of(ChanceStatistic.ChiSquare)?.PValue;

    public string? Chi2Reason => Of(ChanceStatistic.ChiSquare)?.Reason;

    public double? ShareDeviation => Of(ChanceStatistic.ShareDeviation)?.Value;

    /// <summary>By listener: that listener's choices.</summary>
    public ChanceRow? OfListener(int listener) => _rows[ChanceStatistic.ChoiceShare].FirstOrDefault(r => r.Listener == listener);

    private ChanceRow? Of(ChanceStatistic statistic) => _rows[statistic].FirstOrDefault();
}
