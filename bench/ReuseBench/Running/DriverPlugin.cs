namespace ReuseBench.Bench.Running;

/// <summary>A driver other than the native swarm.</summary>
/// <param name="Assembly">Full path.</param>
/// <param name="Reports">Folder for the reports that it writes itself.</param>
internal sealed record DriverPlugin(string Assembly, string Reports)
{
    /// <summary>What <c>load</c> is told about it.</summary>
    public string[] Arguments => ["--driver-assembly", Assembly, "--driver-reports", Reports];
}
