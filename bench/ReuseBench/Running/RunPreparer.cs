using System.Globalization;
using ReuseBench.Bench.Hosts;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Restarts;
using ReuseBench.Bench.Results;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Turns a request into a run that can begin: reads and expands the matrix, splits the CPUs, checks the limits of the host.</summary>
internal static class RunPreparer
{
    /// <summary>Descriptors that a process needs besides its connections.</summary>
    private const int SpareDescriptors = 256;

    /// <exception cref="UsageException">Something asked for cannot be done here.</exception>
    public static RunOptions Prepare(RunRequest request)
    {
        IReadOnlyList<CpuTopology.Place> places = CpuTopology.Read().Cpus;
        KernelTraits traits = KernelTraits.Read();
        CpuPlan cpus = CpuPlanner.Plan(places, request.ServerCpus, request.ClientCpus, traits.CpuQuota);
        HostSize host = new(Math.Min(places.Count, (int)Math.Ceiling(traits.CpuQuota ?? places.Count)), cpus.Client.Count);
        if (request is { Resume: { } interrupted, DryRun: false })
        {
            // First of all: what is planned depends on what is sealed.
            InterruptedRows.Remove(interrupted);
        }

        Matrix matrix = request.Resume is { } folder ? Resumed(folder, request) : Read(request, host);
        CheckLimits(matrix);
        List<string> skipped = [.. matrix.LeftOut];
        bool isolate = Isolate(request.Isolation, skipped);
        matrix = isolate ? matrix : WithoutSysctls(matrix, skipped);
        string? nbomber = request.DryRun ? null : DriverChoice.Resolve(ref matrix, skipped);

        ulong seed = request.Seed ?? matrix.Seed;
        RunPlan plan = RunPlan.Interleave(matrix.Cells, seed);
        string runId = request.Resume is { } resumed
            ? RunManifestFile.Read(resumed).RunId
            : $"{DateTime.UtcNow:yyyyMMdd-HHmmss}-{matrix.Name}";
        HostFacts facts = HostFactsReader.Read(cpus, places, traits) with { Sysctls = SysctlsInForce(isolate) };
        if (request.Resume is { } old)
        {
            RequireSameConditions(RunManifestFile.Read(old), facts, isolate);
        }

        return new RunOptions
        {
            RunId = runId,
            Folder = Path.GetFullPath(request.Resume ?? request.Out ?? Path.Combine("results", runId)),
            Matrix = matrix,
            Plan = request.Resume is { } earlier ? plan.Without(InterruptedRows.Measured(earlier).ToHashSet()) : plan,
            Seed = seed,
            Cpus = cpus,
            Isolate = isolate,
            Host = facts,
            Arguments = request.Arguments,
            Skipped = [.. skipped],
            NBomberAssembly = nbomber,
            Echo = request.Verbose ? Console.Error : TextWriter.Null,
            Resume = request.Resume is not null,
        };
    }

    private static Matrix Read(RunRequest request, HostSize host)
    {
        if (request.Matrix is null && request.Built is null)
        {
            throw new UsageException($"run: name a matrix with --matrix: {string.Join(", ", MatrixLocator.BuiltIn())}, or the path of a file");
        }

        if (request.Repeats is < 1 or > MatrixReader.MaxRepeats)
        {
            throw new UsageException($"repeats: {request.Repeats} is out of range; use 1 to {MatrixReader.MaxRepeats}");
        }

        Matrix matrix = request.Built ?? MatrixReader.Read(MatrixLocator.Find(request.Matrix!), host);
        CellFilter filter = CellFilter.Parse(request.Filter);
        MatrixCell[] cells = [.. matrix.Cells.Select(c => Overridden(c, request)).Where(c => filter.Matches(c.Cell)).DistinctBy(c => c.Cell.Id)];
        if (cells.Length == 0)
        {
            throw new UsageException($"filter: '{request.Filter}' leaves none of the {matrix.Cells.Count} cells of {matrix.Name}; see them with --dry-run");
        }

        return matrix with { Cells = cells };
    }

    private static MatrixCell Overridden(MatrixCell planned, RunRequest request)
    {
        Cell cell = planned.Cell with
        {
            Load = planned.Cell.Load with { Duration = request.Duration ?? planned.Cell.Load.Duration },
            // A census is no way to drive the same load; the cell would lose its meaning.
            Driver = planned.Cell.Driver == Driver.Census ? Driver.Census : request.Driver ?? planned.Cell.Driver,
        };
        cell.Validate();
        return new MatrixCell(cell, request.Repeats ?? planned.Repeats);
    }

    private static Matrix Resumed(string folder, RunRequest request)
    {
        if (request.Matrix is not null || request.Out is not null || request.Filter is not null || request.Repeats is not null || request.Duration is not null
            || request.Seed is not null || request.Driver is not null)
        {
            throw new UsageException("resume: continues a run as it was planned; leave out --matrix, --out, --filter, --repeats, --duration, --seed and --driver");
        }

        RunManifest manifest = RunManifestFile.Read(folder);
        return new Matrix(
            manifest.Matrix,
            "",
            manifest.Seed,
            [.. manifest.Cells.Select(c => new MatrixCell(CellSettingsTable.Restore(c.Settings), c.Repeats))],
            manifest.Semantics && !File.Exists(Path.Combine(folder, RunFiles.Semantics)));
    }

    /// <summary>What is in force where the measurements run: a fresh namespace that was given the host's values, or the host's own.</summary>
    private static SortedDictionary<string, string> SysctlsInForce(bool isolate) =>
        MeasurementThread.Run(isolate, HostSysctls.Read(), HostSysctls.Read);

    /// <summary>One run, one set of conditions: repeats from another host or other CPUs, or after tuning or a new start of the kernel, are no repeats.</summary>
    internal static void RequireSameConditions(RunManifest earlier, HostFacts now, bool isolate)
    {
        (string What, string? Then, string? Now)[] conditions =
        [
            ("kernel", earlier.Host.Kernel, now.Kernel),
            ("CPU model", earlier.Host.CpuModel, now.CpuModel),
            ("server CPUs", earlier.Host.ServerCpus, now.ServerCpus),
            ("client CPUs", earlier.Host.ClientCpus, now.ClientCpus),
            ("isolation", earlier.Isolation, isolate ? "netns" : "none"),
            ("commit", earlier.Host.Commit, now.Commit),
            ("CPU governor", earlier.Host.CpuGovernor, now.CpuGovernor),
            ("CPU quota", Quota(earlier.Host), Quota(now)),
            ("boot", earlier.Host.BootId, now.BootId),
            .. earlier.Host.Sysctls.Keys.Union(now.Sysctls.Keys).Select(name => (name, earlier.Host.Sysctls.GetValueOrDefault(name), now.Sysctls.GetValueOrDefault(name))),
        ];
        foreach ((string what, string? then, string? today) in conditions)
        {
            if (then != today)
            {
                throw new UsageException($"resume: the run was begun with {what} {then ?? "unknown"} and would go on with {today ?? "unknown"}; make them equal or start a new run");
            }
        }
    }

    private static string Quota(HostFacts host) => host.CpuQuota?.ToString(CultureInfo.InvariantCulture) ?? "none";

    /// <summary>A sysctl of the host is not for a measurement to set: what needs one is left out where there is no namespace for it.</summary>
    private static Matrix WithoutSysctls(Matrix matrix, List<string> skipped)
    {
        MatrixCell[] kept = [.. matrix.Cells.Where(c => c.Cell.Restart?.MigrateReq is not int value || RestartTrial.IsInForce(value))];
        if (kept.Length < matrix.Cells.Count)
        {
            skipped.Add(
                $"{matrix.Cells.Count - kept.Length} restart cells need net.ipv4.tcp_migrate_req, which is only set in a network namespace of the cell's own: left out. Run as root to have them.");
        }

        return matrix with { Cells = kept };
    }

    private static void CheckLimits(Matrix matrix)
    {
        (long _, long limit) = FileLimit.RaiseToHard();
        int most = matrix.Cells.Max(c => c.Cell.Load.Connections);
        if (most + SpareDescriptors > limit)
        {
            throw new UsageException(
                $"connections: {most} need {most + SpareDescriptors} file descriptors in a process, and the hard limit is {limit}; raise it (ulimit -Hn, or nofile in limits.conf) or use fewer");
        }
    }

    private static bool Isolate(Isolation isolation, List<string> skipped)
    {
        if (isolation == Isolation.None)
        {
            return false;
        }

        if (MeasurementThread.CanIsolate(out Errno reason))
        {
            return true;
        }

        if (isolation == Isolation.Netns)
        {
            throw new UsageException($"isolate: no network namespace can be made here ({reason.Name}); run as root, under `unshare -Urn`, or with --isolate auto");
        }

        skipped.Add($"No network namespace could be made ({reason.Name}): repeats share the host's TIME_WAIT table, counters and hash seed, and kernel counts are left out. Run as root to have them.");
        return false;
    }
}
