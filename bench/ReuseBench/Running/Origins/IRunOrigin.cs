using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Results;
using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Running.Origins;

/// <summary>
/// What a run is made from: a matrix, or the folder of an earlier run. All checks come before <see cref="Open"/>, which is the first that
/// changes a file. Disposing it gives up the run folder.
/// </summary>
internal interface IRunOrigin : IDisposable
{
    /// <exception cref="UsageException">It cannot be read or leaves nothing to measure.</exception>
    Matrix ReadMatrix(HostSize host);

    string RunIdOf(Matrix matrix);

    /// <returns>The full path.</returns>
    string FolderOf(string runId);

    /// <summary>Whether the run may begin in that folder, on this host; changes nothing.</summary>
    /// <exception cref="UsageException">It may not.</exception>
    void Check(string folder, HostFacts host, string isolation);

    /// <summary>What is left to be measured.</summary>
    RunPlan Remaining(RunPlan plan);

    /// <summary>Takes the folder for this process alone and makes it ready for rows.</summary>
    /// <exception cref="UsageException">Another process has it, or it cannot be written.</exception>
    RunFolder Open(string folder);

    /// <param name="fresh">The manifest of a run that begins now.</param>
    /// <returns>The manifest to begin with.</returns>
    RunManifest Begin(RunManifest fresh);
}
