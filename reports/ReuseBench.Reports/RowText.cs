using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports;

/// <summary>The settings of a row as text, for findings and sections that compare texts.</summary>
public static class RowText
{
    extension(ResultRow row)
    {
        public string Experiment => row.Cell.Experiment.Name;

        public string Variant => Names.Of(row.Cell.Server.Variant);

        public int Workers => row.Cell.Server.Workers;

        public int Processes => row.Cell.Server.Processes;

        public string Accept => row.Cell.Server.Variant == Core.Cells.Variant.Shared ? Names.Of(row.Cell.Server.Accept) : "";

        public string Selector => row.Cell.Server.Variant == Core.Cells.Variant.Reuseport ? Names.Of(row.Cell.Server.Selector) : "";

        public int AcceptBatch => row.Cell.Server.AcceptBatch;

        public string RxCpuMatch => OnOff(row.Cell.Server.RxCpuMatch);

        public string Reuseaddr => OnOff(row.Cell.Server.EffectiveReuseAddr);

        public string Bind => row.Cell.Server.Bind.ToString();

        public int Backlog => row.Cell.Server.Backlog;

        public double ServiceTimeUs => row.Cell.Server.ServiceTime.Mean.Microseconds;

        public string ServiceTimeDistribution => row.Cell.Server.ServiceTime.Exponential ? "exp" : "constant";

        public int ResponseBytes => row.Cell.Server.ResponseBytes;

        public string ServerClose => Names.Of(row.Cell.Server.Close);

        public double? RestartEveryMs => row.Cell.Server.Variant == Core.Cells.Variant.Restart ? row.Cell.Server.RestartEvery.Milliseconds : null;

        public string? RestartMethod => row.Cell.Restart is { } r ? Names.Of(r.Method) : null;

        public string? RestartStop => row.Cell.Restart is { } r ? Names.Of(r.Stop) : null;

        public string? RestartScope => row.Cell.Restart is { } r ? Names.Of(r.Scope) : null;

        public string? RestartLoad => row.Cell.Restart is { } r ? Names.Of(r.Load) : null;

        public int? MigrateReq => row.Cell.Restart?.MigrateReq;

        public double? RestartTimeoutMs => row.Cell.Restart?.Timeout.Milliseconds;

        public string Workload => row.Cell.Load.Workload.ToString();

        public string Load => Names.Of(row.Cell.Load.Load);

        public int Connections => row.Cell.Load.Connections;

        public double? RateRpsRequested => row.Cell.Load.Rate;

        public string? Arrivals => row.Cell.Load.Rate is null ? null : Names.Of(row.Cell.Load.Arrivals);

        public string SourcePlan => row.Cell.Load.SourcePlan.ToString();

        public string Sources => row.Cell.Load.Sources.ToString();

        public string? SourcePorts => row.Cell.Load.SourcePorts?.ToString();

        public string Close => Names.Of(row.Cell.Load.Close);

        public int RequestBytes => row.Cell.Load.RequestBytes;

        public int ClientThreads => row.Cell.Load.Threads;

        public string Driver => Names.Of(row.Cell.Driver);

        public double TimeoutMs => row.Cell.Load.Timeout.Milliseconds;

        public double ConnectTimeoutMs => row.Cell.Load.ConnectTimeout.Milliseconds;

        public double RetryDelayMs => row.Cell.Load.RetryDelay.Milliseconds;

        public string ShareCpus => OnOff(row.Cell.Load.ShareCpus);

        public double RampMs => row.Cell.Load.Ramp.Milliseconds;

        public double IntervalMs => row.Cell.Load.Interval.Milliseconds;

        public string ServerCpuList => row.Cell.Server.Cpus.ToString();

        public string ClientCpuList => row.Cell.Load.Cpus.ToString();
    }

    private static string OnOff(bool on) => on ? "on" : "off";
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
