using System.Net;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// Turns a request into a run that can begin: expands the matrix, splits the CPUs, checks host and folder. Nothing of the run folder is changed,
/// so a dry run and a run that is refused leave everything as it was.
/// </summary>
internal static class RunPreparer
{
    /// <exception cref="UsageException">Something asked for cannot be done here.</exception>
    public static RunOptions Prepare(RunRequest request, IRunOrigin origin)
    {
        (IReadOnlyList<CpuTopology.Place> places, KernelTraits traits, CpuPlans cpus, HostSize host) = HostCpus.Read(request.ServerCpus, request.ClientCpus);
        Matrix matrix = Capacities.Complete(RequirePlannable(origin.ReadMatrix(host)));
        Expectation[] expect = [.. matrix.Expect.Concat(request.Expect).DistinctBy(e => e.Text)];
        ExpectationChecks.Require(expect, matrix);

        // Said before anything is measured where this host cannot give a cell its nodes.
        foreach (NumaPlacement? numa in matrix.Cells.Select(c => c.Cell.Numa).Distinct())
        {
            _ = cpus.Of(numa);
        }

        HostLimits.RequireDescriptors(matrix);
        HostLimits.RequireTasks(matrix, TaskLimit.Read());
        (bool isolate, string? notIsolated) = IsolationChoice.Resolve(request.Isolation);
        HostLimits.RequireAddresses(matrix, isolate);
        HostFacts facts = HostFactsReader.Read(cpus.Usual, places, traits) with { Sysctls = SysctlsInForce(isolate) };
        string runId = origin.RunIdOf(matrix);
        string folder = origin.FolderOf(runId);
        origin.Check(folder, facts, IsolationChoice.NameOf(isolate));

        (matrix, string[] lacking) = WithoutLacking(matrix, isolate);
        ulong seed = request.Seed ?? matrix.Seed ?? RunSeed.Fresh();

        // One that goes on has proven already that two rounds fit in.
        Duration? budget = request.Resume is null
            ? BudgetedRounds.Require(request.Budget ?? matrix.Budget, RunPlan.Interleave(matrix.Cells, seed))
            : matrix.Budget;

        // The driver is built where it must be: last, after everything that is quickly said.
        DriverChoice driver = DriverChoice.Of(matrix, request.Output.Log);
        RunPlan plan = origin.Remaining(RunPlan.Interleave(driver.Matrix.Cells, seed));
        return new RunOptions
        {
            Budget = budget,
            Margin = request.Margin,
            RunId = runId,
            Folder = folder,
            Origin = origin,
            Matrix = driver.Matrix,
            Plan = plan,
            Seed = seed,
            Cpus = cpus,
            Traits = traits,
            Isolate = isolate,
            Host = facts,
            Arguments = request.Arguments,
            Expect = expect,
            Skipped = [.. matrix.LeftOut, .. new[] { notIsolated }.Concat(lacking).Append(driver.LeftOut).OfType<string>()],
            NBomberAssembly = driver.Assembly,
            Echo = request.Verbose ? Console.Error : TextWriter.Null,
        };
    }

    /// <summary>Each measurement is planned one by one; that many would take the memory of the host before the first begins.</summary>
    private static Matrix RequirePlannable(Matrix matrix) => matrix.Cells.Sum(c => (long)c.Repeats) is > RunLimits.Measurements and long all
        ? throw new UsageException(
            $"repeats: {matrix.Cells.Count} cells with their repeats are {all} measurements, and a run has at most {RunLimits.Measurements}; "
            + "name fewer values or repeats, or leave some out with --filter")
        : matrix;

    /// <summary>What is in force where the measurements run: a fresh namespace that was given the host's values, or the host's own.</summary>
    private static SortedDictionary<string, string> SysctlsInForce(bool isolate) =>
        HostSysctls.WithMachineWide(MeasurementThread.Run(isolate, HostSysctls.Read(), HostSysctls.Read));

    /// <summary>What needs something that this host does not have is left out, with one sentence for each kind of it.</summary>
    private static (Matrix Matrix, string[] LeftOut) WithoutLacking(Matrix matrix, bool isolate)
    {
        (MatrixCell Cell, HostLack? Lack)[] cells = [.. matrix.Cells.Select(c => (c, ExperimentRegistry.Of(c.Cell).LackOf(c.Cell, isolate)))];
        MatrixCell[] kept = [.. cells.Where(c => c.Lack is null).Select(c => c.Cell)];
        if (kept.Length == 0)
        {
            HostLack lack = cells[0].Lack!;
            throw UsageException.OfHost($"{lack.Setting}: all {matrix.Cells.Count} cells need {lack.What}; run as root or under `unshare -Urn`");
        }

        string[] leftOut =
        [
            .. cells.Where(c => c.Lack is not null).GroupBy(c => (c.Cell.Cell.Experiment, c.Lack!.What))
                .Select(g => $"{g.Count()} {g.Key.Experiment} cells need {g.Key.What}: left out. Run as root to have them."),
        ];
        return (kept.Length == cells.Length ? matrix : matrix with { Cells = kept }, leftOut);
    }
}

/// <summary>The CPUs that this process may use and how they are split: what worker counts and client threads follow from.</summary>
/// <param name="Places">Of each CPU.</param>
/// <param name="Traits">Of the kernel; the CPU quota is one.</param>
/// <param name="Plans">By NUMA placement.</param>
/// <param name="Size">What a matrix is expanded by.</param>
internal sealed record HostCpus(IReadOnlyList<CpuTopology.Place> Places, KernelTraits Traits, CpuPlans Plans, HostSize Size)
{
    /// <param name="serverCpus">As the user gave it; null for none.</param>
    /// <param name="clientCpus">Likewise.</param>
    /// <exception cref="UsageException">A list cannot be read, or names a CPU that this process may not use.</exception>
    public static HostCpus Read(string? serverCpus, string? clientCpus)
    {
        IReadOnlyList<CpuTopology.Place> places = CpuTopology.Read().Cpus;
        KernelTraits traits = KernelTraits.Read();
        CpuPlans cpus = new(numa => CpuPlanner.Plan(places, serverCpus, clientCpus, traits.CpuQuota, numa));
        return new HostCpus(
            places,
            traits,
            cpus,
            new HostSize(Math.Min(places.Count, CpuPlanner.FedBy(traits.CpuQuota ?? places.Count)), cpus.Usual.Client.Count)
            {
                ServerCpus = cpus.Usual.Server.Count,
                ServerCores = cpus.Usual.ServerCores,
                ClientCpusOn = numa => cpus.Of(numa).Client.Count,
            });
    }
}

/// <summary>What the cells of a matrix ask of the host, tried before anything is measured.</summary>
internal static class HostLimits
{
    /// <summary>Descriptors that a process needs besides its connections.</summary>
    private const int SpareDescriptors = 256;

    /// <summary>Threads of a .NET process besides its own work.</summary>
    private const int TasksOfProcess = 9;

    /// <summary>Those of server and swarm, and what this process still starts; measured: with four fewer one of the three aborts.</summary>
    private const int TasksOfRuntimes = 18;

    /// <exception cref="UsageException">The hard limit of descriptors is too low.</exception>
    public static void RequireDescriptors(Matrix matrix)
    {
        (long _, long limit) = FileLimit.RaiseToHard();
        int most = matrix.Cells.Max(c => ExperimentRegistry.Of(c.Cell).ConnectionsOf(c.Cell));
        if (most + SpareDescriptors > limit)
        {
            throw new UsageException(
                $"connections: {most} need {most + SpareDescriptors} file descriptors in a process, and the hard limit is {limit}; raise "
                + "it (ulimit -Hn, or nofile in limits.conf) or use fewer");
        }
    }

    /// <param name="matrix">Says how many threads server and swarm have.</param>
    /// <param name="limit">What may still be started; null for any number.</param>
    /// <exception cref="UsageException">The threads of a cell could not all be started: a process would abort in the middle of a repeat.</exception>
    public static void RequireTasks(Matrix matrix, TaskLimit? limit)
    {
        int most = matrix.Cells.Max(c => TasksOfRuntimes + c.Cell.Server.Threads + c.Cell.Load.Threads + (TasksOfProcess * (c.Cell.Server.Processes - 1)));
        if (most > limit?.Left)
        {
            throw UsageException.OfHost(
                $"threads: a repeat starts up to {most} processes and threads, and {limit.Left} more may be started here ({limit.Name}: {limit.Limit}); "
                + "raise that limit, or end other programs");
        }
    }

    /// <param name="matrix">Names the addresses to listen on.</param>
    /// <param name="isolate">Tries them where the servers will run: a fresh namespace has loopback addresses only.</param>
    /// <exception cref="UsageException">A server could not be bound.</exception>
    public static void RequireAddresses(Matrix matrix, bool isolate)
    {
        IPAddress[] addresses = [.. matrix.Cells.Where(c => c.Cell.Driver != Driver.AcceptOnly).Select(c => c.Cell.Server.Bind).Distinct()];
        string? problem = MeasurementThread.Run(isolate, HostSysctls.Read(), () => addresses.Select(Problem).FirstOrDefault(p => p is not null));
        if (problem is not null)
        {
            throw new UsageException(
                isolate
                    ? $"bind: {problem} in a network namespace of its own, which has loopback addresses only; use one, or --isolate none"
                    : $"bind: {problem}; use an address of this host");
        }
    }

    private static string? Problem(IPAddress address)
    {
        SockAddr any = SockAddr.From(address, 0);
        int fd = SocketCalls.StreamNonBlocking(any.Family);
        if (fd < 0)
        {
            return $"{address} cannot be bound ({Errno.FromResult(fd).Name})";
        }

        int result = SocketCalls.Bind(fd, any);
        SocketCalls.Close(fd);
        return result < 0 ? $"{address} cannot be bound ({Errno.FromResult(result).Name})" : null;
    }
}
