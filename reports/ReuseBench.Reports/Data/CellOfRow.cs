using System.Net;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Data;

/// <summary>
/// The typed cell behind a row of <c>results.csv</c>. The table is the border where settings are text; nothing above it reads them so.
/// </summary>
internal static class CellOfRow
{
    /// <exception cref="UsageException">A setting has a value that this version does not know.</exception>
    public static Cell Of(ResultRow row)
    {
        try
        {
            return new Cell
            {
                Experiment = Name(row.Experiment, Experiment.Throughput, "experiment"),
                Driver = Name(row.Driver, Driver.Native, "driver"),
                Server = ServerOf(row),
                Load = LoadOf(row),
                Restart = string.IsNullOrEmpty(row.RestartMethod) ? null : RestartOf(row),
            };
        }
        catch (UsageException e)
        {
            throw new UsageException($"{RunFiles.Results}: cell {row.CellId}, repeat {row.Repeat}: {e.Message}");
        }
    }

    public static Figures FiguresOf(ResultRow row) =>
        Names.TryParse(row.Experiment, out Experiment known) ? VerdictRules.FiguresOf(known) : Figures.All;

    private static ServerSettings ServerOf(ResultRow row)
    {
        Variant variant = Name(row.Variant, Variant.Single, "variant");
        ServerSettings defaults = new() { Variant = variant };
        return defaults with
        {
            Workers = row.Workers,
            Processes = Math.Max(1, row.Processes),
            Accept = Name(row.Accept, defaults.Accept, "accept"),
            Selector = Name(row.Selector, defaults.Selector, "selector"),
            AcceptBatch = row.AcceptBatch ?? defaults.AcceptBatch,
            RxCpuMatch = row.RxCpuMatch == "on",
            ReuseAddr = row.Reuseaddr.Length == 0 || row.Reuseaddr == (defaults.EffectiveReuseAddr ? "on" : "off") ? null : row.Reuseaddr == "on",
            Bind = row.Bind.Length == 0 ? defaults.Bind : Address(row.Bind),
            Backlog = row.Backlog,
            ServiceTime = new ServiceTime(Duration.FromMicroseconds(row.ServiceTimeUs), row.ServiceTimeDistribution == "exp"),
            ResponseBytes = row.ResponseBytes,
            Close = Name(row.ServerClose, defaults.Close, "server_close"),
            RestartEvery = Milliseconds(row.RestartEveryMs, defaults.RestartEvery),
        };
    }

    private static LoadSettings LoadOf(ResultRow row)
    {
        LoadSettings defaults = new();
        return defaults with
        {
            Workload = row.Workload.Length == 0 ? defaults.Workload : Workload.Parse(row.Workload, "workload"),
            Connections = row.Connections,
            Rate = row.Load == Names.Of(LoadShape.Closed) ? null : row.RateRpsRequested,
            Arrivals = Name(row.Arrivals ?? "", defaults.Arrivals, "arrivals"),
            Threads = row.ClientThreads,
            Sources = row.Sources.Length == 0 || row.Sources == $"{AddressSet.Any}" ? AddressSet.Any : AddressSet.Parse(row.Sources, "sources"),
            SourcePlan = row.SourcePlan.Length == 0 ? defaults.SourcePlan : SourcePlan.Parse(row.SourcePlan, "source_plan"),
            SourcePorts = string.IsNullOrEmpty(row.SourcePorts) ? null : PortRange.Parse(row.SourcePorts, "source_ports"),
            Close = Name(row.Close, defaults.Close, "close"),
            RequestBytes = row.RequestBytes,
            Ramp = Milliseconds(row.RampMs, defaults.Ramp),
            Timeout = Milliseconds(row.TimeoutMs, defaults.Timeout),
            ConnectTimeout = Milliseconds(row.ConnectTimeoutMs, defaults.ConnectTimeout),
            RetryDelay = Milliseconds(row.RetryDelayMs, defaults.RetryDelay),
            Interval = Milliseconds(row.IntervalMs, defaults.Interval),
            ShareCpus = row.ShareCpus == "on",
        };
    }

    private static RestartSettings RestartOf(ResultRow row)
    {
        RestartSettings defaults = new();
        return defaults with
        {
            Method = Name(row.RestartMethod ?? "", defaults.Method, "restart_method"),
            Stop = Name(row.RestartStop ?? "", defaults.Stop, "restart_stop"),
            Scope = Name(row.RestartScope ?? "", defaults.Scope, "restart_scope"),
            Load = Name(row.RestartLoad ?? "", defaults.Load, "restart_load"),
            MigrateReq = row.MigrateReq,
            Timeout = Milliseconds(row.RestartTimeoutMs, defaults.Timeout),
        };
    }

    private static T Name<T>(string text, T empty, string what)
        where T : struct, Enum => text.Length == 0 ? empty : Names.Parse<T>(text, what);

    private static Duration Milliseconds(double? ms, Duration empty) => ms is double value ? Duration.FromMilliseconds(value) : empty;

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : throw new UsageException($"bind: '{text}' is not an IP address");
}
