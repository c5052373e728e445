using ReuseBench.Bench.Building;
using ReuseBench.Core;

namespace ReuseBench.Bench.Micro;

/// <summary>Where the micro-benchmarks come from: they are built when they are first asked for.</summary>
internal sealed class MicroSources
{
    private const string Project = "bench/ReuseBench.Micro/ReuseBench.Micro.csproj";

    private readonly string _project;
    private readonly MicroJob _job;

    private MicroSources(string project, MicroJob job)
    {
        _project = project;
        _job = job;
    }

    /// <exception cref="UsageException">There are no sources that can be trusted.</exception>
    public static MicroSources Find(MicroJob job) => new(SourceTree.Require("with-micro", Project, "leave --with-micro and --micro out"), job);

    /// <exception cref="UsageException">They cannot be built here.</exception>
    public MicroProgram Build()
    {
        BuildOutcome outcome = ProjectBuild.Run(_project);
        return new MicroProgram(
            outcome.TargetPath ?? throw new UsageException(
                $"with-micro: the micro-benchmarks cannot be built here ({outcome.FirstError}); put that right, or leave --with-micro and --micro out"),
            _job);
    }
}
