namespace ReuseBench.Bench.Runs;

/// <summary>A bar of block characters.</summary>
internal static class Bar
{
    private const string Eighths = " ▏▎▍▌▋▊▉█";

    /// <param name="share">Of it that is full, 0 to 1; what is more or less counts as these.</param>
    /// <param name="width">Characters.</param>
    /// <param name="rest">What stands where it is empty.</param>
    public static string Of(double share, int width = 10, char rest = '·')
    {
        int eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * width * 8);
        string full = new('█', eighths / 8);
        string part = eighths % 8 > 0 ? $"{Eighths[eighths % 8]}" : "";
        return (full + part).PadRight(width, rest);
    }
}
