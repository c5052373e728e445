using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>What the server and the CPUs did between two samples.</summary>
internal sealed record Window(WindowSample Begin, WindowSample End)
{
    private static readonly double TicksPerSecond = ProcessCpu.TicksPerSecond;

    public DateTime BeganUtc => Begin.Utc;

    public double Seconds => (End.TimeNs - Begin.TimeNs) / 1e9;

    public double? ServerCpuS => (End.ServerCpuNs - Begin.ServerCpuNs) / 1e9;

    public long ServerVoluntarySwitches => End.ServerVoluntarySwitches - Begin.ServerVoluntarySwitches;

    public long ServerInvoluntarySwitches => End.ServerInvoluntarySwitches - Begin.ServerInvoluntarySwitches;

    /// <summary>Share of the time of the measurement's CPUs that the hypervisor took; null in a window shorter than the clock's ticks can tell.</summary>
    public double? StealShare => ShareOf(End.Cpus.Steal - Begin.Cpus.Steal);

    /// <summary>Share of it that neither server nor swarm used, though it was used.</summary>
    public double? ForeignShare(LoadFigures swarm)
    {
        double busyS = (End.Cpus.Busy - Begin.Cpus.Busy) / TicksPerSecond;
        return ServerCpuS is double server && swarm.ClientCpuS is double client
            ? ShareOf(Math.Max(0, busyS - server - client) * TicksPerSecond)
            : null;
    }

    private double? ShareOf(double ticks)
    {
        long total = End.Cpus.Total - Begin.Cpus.Total;
        return total >= TicksPerSecond / 2 ? ticks / total : null;
    }
}
