using System.Globalization;

namespace ReuseBench.Core.Units;

/// <summary>A share as text, everywhere the same: <c>5%</c> or <c>0.05</c>. A bare number above 1 is none: whether 5 is 5 % or five times is a guess.</summary>
public static class ShareText
{
    /// <summary>How to write one, for help and messages.</summary>
    public const string Form = "5% or 0.05";

    /// <param name="text">A number without a sign, of hundredths where a percent sign follows it.</param>
    /// <returns>The share, 0 or more, of which more than 1 only by percent; null for a text that is none.</returns>
    public static double? Parse(string text)
    {
        bool isPercent = text.EndsWith('%');
        return double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? isPercent ? number / 100 : number <= 1 ? number : null
            : null;
    }

    /// <param name="text">As it was typed.</param>
    /// <param name="what">Whose value it is.</param>
    /// <param name="below">The least share that is too large, 1 at most; 0 is too small.</param>
    /// <exception cref="UsageException">No share, or none in that range.</exception>
    public static double Parse(string text, string what, double below)
    {
        if (Parse(text) is double share and > 0 && share < below)
        {
            return share;
        }

        string meant = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double bare) && bare > 1
            ? $"; did you mean '{text}%'? Write"
            : "; write";
        throw new UsageException(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: '{text}' is not a share above 0 and below {100 * below:0.##} %{meant} a percentage or a share, such as {Form}"));
    }
}
