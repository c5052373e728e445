namespace ReuseBench.SystemTests;

/// <summary>A run of the variant single, two cells, which is measured once, when the first test wants it; each gets a copy.</summary>
public sealed class SingleRun : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Lazy<string> _run;

    public SingleRun() => _run = new Lazy<string>(Measure);

    public void Dispose() => _folder.Dispose();

    /// <returns>Where the copy is.</returns>
    internal string CopyTo(TestFolder folder, string name = "run")
    {
        string copy = folder.At(name);
        foreach (string file in Directory.EnumerateFiles(_run.Value, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(_run.Value, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return copy;
    }

    private string Measure()
    {
        string run = _folder.At("run");
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(_folder), "--filter", "variant=single", "--out", run);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        return run;
    }
}
