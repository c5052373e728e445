using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Data;

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
