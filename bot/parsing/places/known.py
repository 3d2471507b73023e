"""Well-known cities and regions that are no zone's name: written by hand, ``English|Swedish`` where the two differ."""

KNOWN = {
    "Europe/Stockholm": (
        "Gothenburg|Göteborg, Malmö, Uppsala, Västerås, Örebro, Linköping, Helsingborg, Jönköping, Norrköping, Lund, "
        "Umeå, Gävle, Borås, Södertälje, Eskilstuna, Halmstad, Växjö, Karlstad, Sundsvall, Östersund, Trollhättan, "
        "Luleå, Kalmar, Falun, Borlänge, Kristianstad, Karlskrona, Skövde, Uddevalla, Skellefteå, Örnsköldsvik, "
        "Nyköping, Varberg, Landskrona, Trelleborg, Motala, Visby, Härnösand, Sandviken, Karlskoga, Lidköping, "
        "Piteå, Kiruna, Ystad, Västervik, Enköping, Norrtälje, Täby, Solna, Nacka, Huddinge, Mölndal, Kungsbacka"
    ),
    "Europe/Helsinki": (
        "Tampere|Tammerfors, Turku|Åbo, Espoo|Esbo, Vantaa|Vanda, Oulu|Uleåborg, Vaasa|Vasa, Jyväskylä, Lahti"
    ),
    "Europe/Oslo": "Bergen, Trondheim, Stavanger, Tromsø|Tromsö, Drammen, Kristiansand",
    "Europe/Copenhagen": "Aarhus|Århus, Odense, Aalborg|Ålborg, Esbjerg, Roskilde, Helsingør|Helsingör",
    "Europe/Berlin": (
        "Munich|München, Hamburg, Cologne|Köln, Frankfurt, Stuttgart, Düsseldorf, Leipzig, Dortmund, Essen, Bremen, "
        "Dresden, Hanover|Hannover, Nuremberg|Nürnberg, Bonn, Kiel, Lübeck, Rostock, Heidelberg, Freiburg"
    ),
    "Europe/Vienna": "Graz, Linz, Salzburg, Innsbruck",
    "Europe/Zurich": "Geneva|Genève, Basel, Bern, Lausanne",
    "Europe/Rome": (
        "Milan|Milano, Naples|Neapel, Turin, Florence|Florens, Venice|Venedig, Bologna, Genoa|Genua, "
        "Palermo, Verona, Pisa"
    ),
    "Europe/Madrid": (
        "Barcelona, Valencia, Seville|Sevilla, Malaga|Málaga, Bilbao, Alicante, Palma, Zaragoza, Granada, Marbella, "
        "Torrevieja, Murcia"
    ),
    "Atlantic/Canary": "Las Palmas, Tenerife|Teneriffa, Gran Canaria, Lanzarote, Fuerteventura",
    "Europe/Paris": "Lyon, Marseille, Nice, Toulouse, Bordeaux, Lille, Nantes, Strasbourg, Montpellier, Cannes",
    "Europe/Lisbon": "Porto, Faro, Coimbra, Braga",
    "Europe/Amsterdam": "Rotterdam, The Hague|Haag, Utrecht, Eindhoven, Groningen, Leiden",
    "Europe/Brussels": "Antwerp|Antwerpen, Ghent|Gent, Bruges|Brügge, Liège",
    "Europe/London": (
        "Manchester, Birmingham, Liverpool, Leeds, Glasgow, Edinburgh, Bristol, Sheffield, Newcastle, Nottingham, "
        "Cardiff, Swansea, Leicester, Brighton, Oxford, Cambridge, Aberdeen, Southampton, Portsmouth, Plymouth, York, "
        "Norwich, Exeter, Hull, Coventry, Bath, Dundee, Inverness, "
        "UK, Great Britain|Storbritannien, England, Scotland|Skottland, Wales"
    ),
    "Europe/Dublin": "Cork, Galway, Limerick",
    "Europe/Belfast": "Derry",
    "Europe/Warsaw": "Krakow|Kraków, Gdansk, Wroclaw, Poznan, Lodz, Katowice, Szczecin, Lublin",
    "Europe/Prague": "Brno, Ostrava",
    "Europe/Budapest": "Debrecen, Szeged",
    "Europe/Bucharest": "Cluj, Timisoara, Iasi, Constanta, Brasov",
    "Europe/Sofia": "Varna, Plovdiv",
    "Europe/Athens": "Thessaloniki, Patras, Heraklion, Rhodes|Rhodos, Crete|Kreta",
    "Europe/Zagreb": "Split, Dubrovnik",
    "Europe/Kyiv": "Lviv, Odesa|Odessa, Kharkiv|Charkiv, Dnipro",
    "Europe/Moscow": "Saint Petersburg|Sankt Petersburg, Kazan, Nizhny Novgorod|Nizjnij Novgorod",
    "Asia/Yekaterinburg": "Perm, Ufa, Chelyabinsk|Tjeljabinsk",
    "Asia/Vladivostok": "Khabarovsk|Chabarovsk",
    "Europe/Tallinn": "Tartu",
    "Europe/Vilnius": "Kaunas",
    "Europe/Istanbul": "Ankara, Izmir, Antalya, Alanya",
    "Asia/Jerusalem": "Tel Aviv, Haifa",
    "Asia/Dubai": "Abu Dhabi, Sharjah",
    "Asia/Riyadh": "Jeddah|Jidda, Mecca|Mecka, Medina",
    "Asia/Baghdad": "Basra, Erbil, Mosul",
    "Asia/Tehran": "Isfahan, Shiraz, Tabriz, Mashhad",
    "Asia/Karachi": "Lahore, Islamabad, Rawalpindi, Faisalabad",
    "Asia/Kolkata": (
        "Delhi, New Delhi, Mumbai, Bombay, Bangalore, Bengaluru, Chennai, Hyderabad, Pune, Ahmedabad, Jaipur, "
        "Kochi, Goa"
    ),
    "Asia/Dhaka": "Chittagong",
    "Asia/Bangkok": "Phuket, Chiang Mai, Pattaya, Hua Hin",
    "Asia/Ho_Chi_Minh": "Hanoi, Da Nang",
    "Asia/Jakarta": "Bandung, Surabaya, Yogyakarta",
    "Asia/Makassar": "Bali, Denpasar",
    "Asia/Manila": "Quezon City, Cebu, Davao",
    "Asia/Shanghai": "Beijing|Peking, Shenzhen, Guangzhou, Chengdu, Wuhan, Tianjin, Xian, Hangzhou, Nanjing",
    "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Nagoya, Sapporo, Fukuoka, Kobe, Hiroshima",
    "Asia/Seoul": "Busan, Incheon",
    "Africa/Cairo": "Alexandria, Giza, Hurghada, Sharm el Sheikh, Luxor",
    "Africa/Johannesburg": "Cape Town|Kapstaden, Durban, Pretoria",
    "Africa/Casablanca": "Marrakesh|Marrakech, Rabat, Fez|Fès, Agadir, Tangier|Tanger",
    "Africa/Lagos": "Abuja, Kano, Ibadan",
    "Africa/Nairobi": "Mombasa",
    "Africa/Accra": "Kumasi",
    "America/New_York": (
        "Boston, Washington, Philadelphia, Miami, Atlanta, Orlando, Tampa, Charlotte, Pittsburgh, Cleveland, Columbus, "
        "Cincinnati, Baltimore, Jacksonville, Raleigh, Buffalo, Brooklyn, New York City, Richmond, Fort Lauderdale"
    ),
    "America/Chicago": (
        "Houston, Dallas, Austin, San Antonio, Minneapolis, Saint Louis, New Orleans, Memphis, Nashville, Milwaukee, "
        "Kansas City, Oklahoma City, Omaha, Birmingham, Fort Worth"
    ),
    "America/Denver": "Salt Lake City, Albuquerque, Colorado Springs, El Paso",
    "America/Phoenix": "Tucson, Scottsdale, Mesa",
    "America/Los_Angeles": (
        "San Francisco, San Diego, Seattle, Las Vegas, San Jose, Sacramento, Oakland, Portland, Hollywood, Long Beach"
    ),
    "America/Toronto": "Ottawa, Montreal, Quebec|Québec, Mississauga, London",
    "America/Halifax": "Dartmouth, Nova Scotia",
    "America/Winnipeg": "Manitoba",
    "America/Edmonton": "Calgary, Banff",
    "America/Vancouver": "Victoria, Whistler",
    "America/Mexico_City": "Guadalajara, Puebla, Acapulco, Leon",
    "America/Cancun": "Playa del Carmen, Tulum",
    "America/Bogota": "Medellin, Cali, Cartagena",
    "America/Lima": "Cusco, Arequipa",
    "America/Caracas": "Maracaibo, Valencia",
    "America/Guayaquil": "Quito",
    "America/Sao_Paulo": "Rio de Janeiro, Brasilia, Belo Horizonte, Porto Alegre, Curitiba",
    "America/Argentina/Buenos_Aires": "Rosario, La Plata",
    "America/Santiago": "Valparaiso",
    "Australia/Sydney": "Canberra, Newcastle, Wollongong",
    "Australia/Melbourne": "Geelong",
    "Australia/Brisbane": "Gold Coast, Cairns, Townsville",
    "Australia/Adelaide": "Mount Gambier",
    "Australia/Perth": "Fremantle",
    "Pacific/Auckland": "Wellington, Christchurch, Hamilton, Queenstown, Dunedin",
    "Pacific/Honolulu": "Maui, Hawaii",
}
