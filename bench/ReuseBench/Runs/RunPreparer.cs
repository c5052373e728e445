using ReuseBench.Bench.Adapters;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
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
        Lab? lab = LabRules.Open(request, origin.LabSession);
        try
        {
            return Prepare(request, origin, lab);
        }
        catch
        {
            lab?.Dispose();
            throw;
        }
    }

    private static RunOptions Prepare(RunRequest request, IRunOrigin origin, Lab? lab)
    {
        (IReadOnlyList<CpuTopology.Place> places, KernelTraits traits, CpuPlans cpus, HostSize host) =
            lab is null ? HostCpus.Read(request.ServerCpus, request.ClientCpus) : HostCpus.Of(lab);
        Matrix matrix = Capacities.Complete(RequirePlannable(origin.ReadMatrix(host)));
        Expectation[] expect = [.. matrix.Expect.Concat(request.Expect).DistinctBy(e => e.Text)];
        ExpectationChecks.Require(expect, matrix);

        // Said before anything is measured where this host cannot give a cell its nodes.
        foreach (NumaPlacement? numa in matrix.Cells.Select(c => c.Cell.Numa).Distinct())
        {
            _ = cpus.Of(numa);
        }

        // On other hosts each agent says for itself what cannot be had there.
        (bool isolate, string? notIsolated) = lab is null ? IsolationChoice.Resolve(request.Isolation) : (false, null);
        if (lab is null)
        {
            HostLimits.RequireDescriptors(matrix);
            HostLimits.RequireAddresses(matrix, isolate);
        }

        HostFacts facts = lab?.Server.Description.Facts ?? HostFactsReader.Read(cpus.Usual, places, traits) with { Sysctls = SysctlsInForce(isolate) };
        string runId = origin.RunIdOf(matrix);
        string folder = origin.FolderOf(runId);
        origin.Check(folder, facts, IsolationChoice.NameOf(isolate));

        (matrix, string[] lacking) = WithoutLacking(matrix, isolate, lab);
        (matrix, string? semantics) = LabRules.Fit(matrix, lab);
        ulong seed = request.Seed ?? matrix.Seed ?? RunSeed.Fresh();

        // One that goes on has proven already that two rounds fit in.
        Duration? budget = request.Resume is null
            ? BudgetedRounds.Require(request.Budget ?? matrix.Budget, RunPlan.Interleave(matrix.Cells, seed))
            : matrix.Budget;

        // The driver is built where it must be: last, after everything that is quickly said.
        DriverChoice driver = DriverChoice.Of(matrix, request.Output.Log);
        RunPlan plan = origin.Remaining(RunPlan.Interleave(driver.Matrix.Cells, seed));
        if (!request.DryRun && lab is null)
        {
            HostLimits.RequireTasks(plan.Repeats, isolate, TaskLimit.Read());
        }

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
            Lab = lab,
            Arguments = request.Arguments,
            Expect = expect,
            Skipped = [.. matrix.LeftOut, .. new[] { notIsolated, semantics }.Concat(lacking).Append(driver.LeftOut).OfType<string>()],
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

    private static HostLack? LackOf(Cell cell, bool isolate, Lab? lab) => LabRules.LackOf(cell, lab) is { } apart ? apart
        : AdapterCatalogue.LackOf(cell.Server) is { } lack ? new HostLack(lack.Setting, lack.What) { Remedy = lack.Remedy }
        : lab is not null ? null
        : ExperimentRegistry.Of(cell).LackOf(cell, isolate);

    /// <summary>What needs something that this host does not have is left out, with one sentence for each kind of it.</summary>
    private static (Matrix Matrix, string[] LeftOut) WithoutLacking(Matrix matrix, bool isolate, Lab? lab)
    {
        (MatrixCell Cell, HostLack? Lack)[] cells = [.. matrix.Cells.Select(c => (c, LackOf(c.Cell, isolate, lab)))];
        MatrixCell[] kept = [.. cells.Where(c => c.Lack is null).Select(c => c.Cell)];
        if (kept.Length == 0)
        {
            HostLack lack = cells[0].Lack!;
            throw UsageException.OfHost($"{lack.Setting}: all {matrix.Cells.Count} cells need {lack.What}; {lack.Remedy}");
        }

        string[] leftOut =
        [
            .. cells.Where(c => c.Lack is not null).GroupBy(c => (c.Cell.Cell.Experiment, c.Lack))
                .Select(g => $"{g.Count()} {g.Key.Experiment} cells need {g.Key.Lack!.What}: left out; {g.Key.Lack.Remedy}."),
        ];
        return (kept.Length == cells.Length ? matrix : matrix with { Cells = kept }, leftOut);
    }
}
