"""Spanish, a smaller pack."""

from __future__ import annotations

from retroburn.lab.text.pack import Pack, Talk, Task, Topic

TOPICS = (
    Topic("refund", 7, 45, 1, ("¿Cuántos días tengo para devolver algo de {p}?", "plazo de devolución {p}"),
        ("En {p} puedes devolver el producto en {n} días desde la entrega.", "El plazo de devolución de {p} es de {n} días."), ("Tiene que estar sin usar y en su caja.", "El importe vuelve a la misma tarjeta.")),
    Topic("trial", 7, 60, 1, ("¿Cuánto dura la prueba gratis de {p}?", "prueba gratuita {p}"),
        ("La prueba de {p} dura {n} días.", "Puedes probar {p} gratis durante {n} días."), ("Te avisamos tres días antes del final.", "Tus datos se conservan.")),
    Topic("storage", 10, 2000, 10, ("¿Cuánto espacio incluye {p}?", "almacenamiento {p}"),
        ("{p} incluye {n} GB de espacio.", "El límite de {p} es de {n} GB."), ("La papelera también cuenta.", "Puedes comprar más espacio.")),
    Topic("delivery", 1, 14, 1, ("¿Cuánto tarda el envío de {p}?", "cuándo llega mi pedido de {p}"),
        ("Los pedidos de {p} llegan en {n} días laborables.", "El envío de {p} tarda como mucho {n} días laborables."), ("En las islas tarda un poco más.", "El enlace de seguimiento está en el correo.")),
    Topic("fee", 1, 30, 1, ("¿Hay penalización por cancelar {p}?", "coste de cancelar {p}"),
        ("Cancelar {p} antes de tiempo cuesta el {n} % de lo que queda.", "Sí, en {p} es el {n} % de los meses restantes."), ("Los planes mensuales se cancelan cuando quieras.", "Está en Facturación › Plan.")),
    Topic("warranty", 6, 60, 6, ("¿Cuánto dura la garantía de {p}?", "garantía {p}"),
        ("La garantía de {p} es de {n} meses.", "Reparamos {p} gratis durante {n} meses."), ("No cubre daños por agua.", "Guarda el recibo.")),
)
TALKS = (
    Talk("cena", ("¿Qué puedo cenar esta noche?", "ideas de cena rápida"), ("Algo ligero y rápido.", "Aquí van unas ideas."),
        ("Una tortilla con ensalada se hace en diez minutos.", "El gazpacho aguanta bien en la nevera.", "Añade legumbres para que llene más.", "Usa lo que tengas a mano.", "El pescado al horno casi no da trabajo.")),
    Talk("correo", ("Escribe un correo para pedir una semana más", "correo pidiendo prórroga"), ("Asunto: una semana más para el borrador", "Estimada señora Gómez:"),
        ("gracias por su paciencia con el borrador.", "Una parte necesita más cuidado.", "¿Podríamos mover la fecha una semana?", "La primera mitad la tendrá el viernes.", "Perdone las molestias y un saludo.")),
    Talk("correr", ("plan para correr mi primer 10k", "¿Cómo paso de 5 a 10 km?"), ("Dale unas diez semanas.", "Sube la distancia poco a poco."),
        ("Tres salidas por semana bastan.", "Una de ellas larga y lenta.", "Descansa el día anterior.", "Cambia las zapatillas viejas.", "La última semana corre menos.")),
)
TASKS = (
    Task("where", ("lookup_order", "get_shipment"), ("¿Dónde está mi pedido {o}?", "{o} no ha llegado"),
        ("El pedido {o} salió del almacén y llega el {d}.", "Siento la espera. {o} llega el {d}.", "{o} está en reparto; fecha prevista: {d}.")),
    Task("refund", ("lookup_order", "check_policy", "refund_order"), ("Quiero el reembolso de {o}", "{o} llegó roto"),
        ("He reembolsado {n} euros de {o}; lo verás antes del {d}.", "Hecho: {n} euros por {o}, en tu tarjeta el {d}.")),
    Task("change", ("lookup_order", "update_address"), ("Cambia la dirección de {o} a mi oficina", "dirección equivocada en {o}"),
        ("{o} irá a tu oficina y llega el {d}.", "He cambiado la dirección de {o}. Nueva fecha: {d}.")),
)
PACK = Pack(
    lang="es", chars_per_token=3.9, products=("Básico", "Equipo", "Negocios", "la Tienda", "Mercado", "Estudio"), topics=TOPICS,
    openers=("", "", "Gracias por escribir.", "Claro.", "Según la ayuda,"), details=("Vale para clientes nuevos y antiguos.", "En la aplicación es igual.", "Los cambios valen desde la próxima factura.", "Un administrador puede cambiarlo."),
    closers=("", "", "¿Algo más?", "Espero que te sirva."),
    abstain=("No he encontrado nada sobre esto para {p} en la ayuda.", "No hay ningún artículo sobre eso; un compañero puede mirarlo."),
    decline=("No puedo dar datos de otro cliente.", "Eso necesita el permiso del titular de la cuenta y no lo puedo hacer yo."),
    busy=("Nuestro asistente está tardando más de lo normal. Te escribiremos por correo.",),
    talks=TALKS, tasks=TASKS, summary=("La mayoría preguntó por fechas de envío.", "Bajaron las dudas de facturación.", "La espera se mantuvo dentro del objetivo.", "Se reabrieron tres casos."),
)
