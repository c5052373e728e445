using ReuseBench.Bench.Hosts;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Restarts;
using ReuseBench.Bench.Running.Origins;
using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>
/// Turns a request into a run that can begin: expands the matrix, splits the CPUs, checks host and folder. Nothing of the run folder is changed,
/// so a dry run and a run that is refused leave everything as it was.
/// </summary>
internal static class RunPreparer
{
    /// <exception cref="UsageException">Something asked for cannot be done here.</exception>
    public static RunOptions Prepare(RunRequest request, IRunOrigin origin)
    {
        IReadOnlyList<CpuTopology.Place> places = CpuTopology.Read().Cpus;
        KernelTraits traits = KernelTraits.Read();
        CpuPlan cpus = CpuPlanner.Plan(places, request.ServerCpus, request.ClientCpus, traits.CpuQuota);
        HostSize host = new(Math.Min(places.Count, CpuPlanner.FedBy(traits.CpuQuota ?? places.Count)), cpus.Client.Count);
        Matrix matrix = origin.ReadMatrix(host);
        HostLimits.RequireDescriptors(matrix);
        (bool isolate, string? notIsolated) = IsolationChoice.Resolve(request.Isolation);
        HostLimits.RequireAddresses(matrix, isolate);
        HostFacts facts = HostFactsReader.Read(cpus, places, traits) with { Sysctls = SysctlsInForce(isolate) };
        string runId = origin.RunIdOf(matrix);
        string folder = origin.FolderOf(runId);
        origin.Check(folder, facts, IsolationChoice.NameOf(isolate));

        // The driver is built where it must be: last, after everything that is quickly said.
        (matrix, string? withoutSysctls) = isolate ? (matrix, null) : WithoutSysctls(matrix);
        DriverChoice driver = DriverChoice.Of(matrix);
        ulong seed = request.Seed ?? matrix.Seed;
        return new RunOptions
        {
            RunId = runId,
            Folder = folder,
            Origin = origin,
            Matrix = driver.Matrix,
            Plan = origin.Remaining(RunPlan.Interleave(driver.Matrix.Cells, seed)),
            Seed = seed,
            Cpus = cpus,
            Isolate = isolate,
            Host = facts,
            Arguments = request.Arguments,
            Skipped = [.. matrix.LeftOut, .. Said(notIsolated, withoutSysctls, driver.LeftOut)],
            NBomberAssembly = driver.Assembly,
            Echo = request.Verbose ? Console.Error : TextWriter.Null,
        };
    }

    private static IEnumerable<string> Said(params string?[] sentences) => sentences.OfType<string>();

    /// <summary>What is in force where the measurements run: a fresh namespace that was given the host's values, or the host's own.</summary>
    private static SortedDictionary<string, string> SysctlsInForce(bool isolate) =>
        HostSysctls.WithMachineWide(MeasurementThread.Run(isolate, HostSysctls.Read(), HostSysctls.Read));

    /// <summary>A sysctl of the host is not for a measurement to set: what needs one is left out where there is no namespace for it.</summary>
    private static (Matrix Matrix, string? LeftOut) WithoutSysctls(Matrix matrix)
    {
        MatrixCell[] kept = [.. matrix.Cells.Where(c => c.Cell.Restart?.MigrateReq is not int value || RestartTrial.IsInForce(value))];
        if (kept.Length == 0)
        {
            throw new UsageException(
                $"migrate_req: all {matrix.Cells.Count} cells need net.ipv4.tcp_migrate_req, which is only set in a network namespace of the cell's own; run as root or under `unshare -Urn`");
        }

        return kept.Length == matrix.Cells.Count
            ? (matrix, null)
            : (matrix with { Cells = kept },
                $"{matrix.Cells.Count - kept.Length} restart cells need net.ipv4.tcp_migrate_req, which is only set in a network namespace of the cell's own: left out. Run as root to have them.");
    }
}
